import type { Rejection } from '../journal/pick.ts';
import type { Unmet } from '../registry/requirements.ts';
import type { Refusal, UnservedWait } from './work.ts';

/** Why nobody of a target could take a call, in sentences: every candidate with its reason. */
export function explainRefusals(refusals: readonly Refusal[]): readonly string[] {
  return refusals.flatMap(({ at, pick, rejected }) => {
    if (rejected) return [`${at}: ${describeRejection(rejected)}.`];
    const reasons = pick?.considered.flatMap(({ instance, rejected: why }) =>
      why ? [`${instance}: ${describeRejection(why)}`] : [],
    );
    if (!reasons) return [];
    return [reasons.length > 0 ? `${reasons.join('; ')}.` : `${at}: has no instances.`];
  });
}

export function describeWait({ outcome, waitedMs, length = 0, expectedMs = 0 }: UnservedWait): string {
  switch (outcome) {
    case 'full':
      return `, and it cannot wait: ${length} calls are waiting already`;
    case 'hopeless':
      return `, and its turn in the queue would come in about ${seconds(expectedMs)}, which is too late`;
    case 'displaced':
      return `: after ${seconds(waitedMs)} in the queue a more urgent call took its place`;
    case 'expired':
      return `: none was free within the ${seconds(waitedMs)} that it may wait`;
  }
}

/** A reason in words that follow a name. */
export function describeRejection(rejection: Rejection | Unmet): string {
  switch (rejection.reason) {
    case 'already-tried':
      return 'was tried already';
    case 'account-spent':
      return 'is paid for by an account that has no money';
    case 'maintenance':
      return 'is under maintenance';
    case 'isolated':
      return 'was taken out by hand';
    case 'fallen':
      return `failed and is left out for another ${seconds(rejection.retryInMs)}`;
    case 'context-too-small':
      return `holds ${rejection.limit} tokens, about ${rejection.needed} are needed`;
    case 'at-capacity':
      return `has ${rejection.outstanding} of ${rejection.capacity} attempts in flight`;
    case 'other-zone':
      return `is in ${rejection.zone === undefined ? 'no zone' : `the zone "${rejection.zone}"`}, not in "${rejection.wanted}"`;
    case 'other-label':
      return rejection.value === undefined
        ? `has no label "${rejection.label}"`
        : `has "${rejection.value}" as ${rejection.label}, not "${rejection.wanted}"`;
    case 'too-expensive':
      return rejection.price === undefined
        ? 'has no known price'
        : `costs $${rejection.price} for a million tokens, more than $${rejection.limit}`;
    case 'lacks-capability':
      return `cannot do ${rejection.missing.join(', ')}`;
    case 'denied':
      return `is refused by the policy "${rejection.policy}"`;
    case 'unhealthy':
      return `failed its last ${rejection.failures} probes`;
    case 'ejected':
      return `did too badly (${rejection.because}) and is left out for another ${seconds(rejection.retryInMs)}`;
    case 'resources-short':
      return `needs ${rejection.needed} of "${rejection.resource}", ${rejection.free} are free`;
    case 'resources-impossible':
      return rejection.capacity === undefined
        ? `needs "${rejection.resource}", which this machine has not declared`
        : `needs ${rejection.needed} of "${rejection.resource}", of which there are only ${rejection.capacity}`;
    case 'rate-limited': {
      const what =
        rejection.limit === 'retry-after' ? 'asked to be left alone' : `has reached its ${rejection.limit}`;
      return rejection.retryInMs === undefined ? what : `${what} for another ${seconds(rejection.retryInMs)}`;
    }
    case 'breaker-open':
      return rejection.retryInMs === undefined
        ? 'its breaker waits for probes that are under way'
        : `its breaker is open for another ${seconds(rejection.retryInMs)}`;
  }
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}
