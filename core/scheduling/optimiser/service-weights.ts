import { boundedStep, boundsAround } from './bounded.ts';
import type { InstanceFigures } from './figures.ts';
import type { Question, Wish } from './hysteresis.ts';
import type { SchedulerOptimiserOptions } from '../../config/schema/optimiser.ts';

/** A response that takes no longer is as good as any. */
const SHORTEST_SECONDS = 0.1;
const LEAST_SERVICE = 0.1;
const MOST_SERVICE = 10;
/**
 * An instance fuller than this counts as this full. How full it is depends on its weight, the steeper the fuller it is:
 * without the limit the weights of a busy pool would swing.
 */
const FULLEST = 0.75;

/**
 * The weights that the members of a pool deserve: success × 1 / max(seconds to the first token at the median, 0.1) ×
 * (1 − load), within 0.1 to 10, together as much as what is configured. The load is the share of `maxConcurrent` in
 * use, and does not enter where there is no such limit. A step goes half of the way, by ratio, since the load answers
 * to the weight. Members without evidence keep theirs, and with fewer than two others nothing is to be compared.
 */
export function weightQuestions(
  members: readonly InstanceFigures[],
  options: SchedulerOptimiserOptions,
): readonly Question[] {
  const measured = members.filter(
    ({ attempts, firstTokenP50Ms }) => attempts >= options.minimumAttempts && firstTokenP50Ms !== undefined,
  );
  const services = new Map(measured.map((member) => [member.instance, serviceOf(member)]));
  const configured = sum(measured.map((member) => member.configuredWeight));
  const perService = configured / sum([...services.values()]);
  const mean = configured / measured.length;
  return members.map((member) => {
    const { instance, weight } = member;
    const service = measured.length > 1 ? services.get(instance) : undefined;
    return {
      kind: 'weight',
      target: { kind: 'instance', name: instance },
      value: weight,
      wish: service === undefined ? undefined : wishFor(member, service, service * perService, mean, options),
    };
  });
}

function wishFor(
  member: InstanceFigures,
  service: number,
  wanted: number,
  mean: number,
  options: SchedulerOptimiserOptions,
): Wish | undefined {
  const { weight, attempts, successShare, firstTokenP50Ms, costPerCallUsd } = member;
  if (Math.abs(Math.log(wanted / weight)) < Math.log1p(options.deadBand)) return undefined;
  const halfWay = weight * Math.sqrt(wanted / weight);
  const to = boundedStep(weight, halfWay, boundsAround(mean, options.weight, options.maxStep));
  if (to === undefined) return undefined;
  return {
    to,
    reason: to > weight ? 'serves-better-than-its-share' : 'serves-worse-than-its-share',
    evidence: {
      attempts,
      successShare,
      ...(firstTokenP50Ms !== undefined && { firstTokenP50Ms }),
      load: loadOf(member),
      service,
      wantedWeight: wanted,
      ...(costPerCallUsd !== undefined && { costPerCallUsd }),
    },
  };
}

function serviceOf(member: InstanceFigures): number {
  const seconds = Math.max((member.firstTokenP50Ms ?? 0) / 1000, SHORTEST_SECONDS);
  const service = (member.successShare / seconds) * (1 - Math.min(loadOf(member), FULLEST));
  return Math.min(Math.max(service, LEAST_SERVICE), MOST_SERVICE);
}

function loadOf({ outstandingMean, maxConcurrent }: InstanceFigures): number {
  return maxConcurrent === undefined ? 0 : outstandingMean / maxConcurrent;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
