import { z } from 'zod';
import type { Millis, Usd } from '../../base/units.ts';
import { EXPLORATION, explorationOption } from '../exploration.ts';
import { loadOf, mostOutstanding } from '../metrics/load.ts';
import { expectationOptions, responseMs } from '../metrics/response-time.ts';
import type { Task } from '../../journal/task.ts';
import type { Signals } from '../picker.ts';
import type { Survey } from '../policy.ts';
import { softmaxOfBest } from '../selection.ts';

/** How much each term counts; together 1. */
interface TermWeights {
  readonly load: number;
  readonly response: number;
  readonly success: number;
  readonly cost: number;
}

const PROFILES = {
  standard: { load: 0.2, response: 0.2, success: 0.3, cost: 0.3 },
  premium: { load: 0.25, response: 0.3, success: 0.3, cost: 0.15 },
  urgent: { load: 0.2, response: 0.4, success: 0.3, cost: 0.1 },
} satisfies Record<string, TermWeights>;

/** A response that takes this long, or longer, is worth nothing. */
const WORST_RESPONSE_MS = 10_000;
/** A call that costs this much, or more, is worth nothing. */
const WORST_COST_USD = 0.01;

const termWeight = z.number().min(0).max(1).default(0.25);

export const weightedScoreOptions = z.strictObject({
  profile: z
    .enum(['standard', 'premium', 'urgent', 'custom'])
    .default('standard')
    .describe('How much each term counts; `custom` takes `weights`.'),
  weights: z
    .strictObject({
      load: termWeight.describe('How much free capacity counts.'),
      response: termWeight.describe('How much a short response time counts.'),
      success: termWeight.describe('How much the share of successful attempts counts.'),
      cost: termWeight.describe('How much a low price counts.'),
    })
    .refine(
      (weights) => Object.values(weights).some((weight) => weight > 0),
      'one weight at least is above 0',
    )
    .prefault({})
    .describe('For the profile `custom`; only their proportion matters.'),
  best: z.int().min(1).max(16).default(3).describe('How many of the best have a chance.'),
  temperature: z
    .number()
    .min(0.005)
    .max(1)
    .default(0.05)
    .describe(
      'How much worse a score may be and still have a good chance: small favours the best, large spreads.',
    ),
  ...expectationOptions,
  priorSuccessRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe('Share of successful attempts to assume where none has been measured yet.'),
  priorCostUsd: z
    .number()
    .min(0)
    .max(1)
    .default(0.005)
    .describe('Price of a call to assume where none is known, in USD.'),
  priorSamples: z
    .number()
    .min(0)
    .max(1000)
    .default(5)
    .describe('As how many measured attempts the assumptions count; the real ones outweigh them by and by.'),
  exploration: explorationOption.default(EXPLORATION),
});

type Options = Omit<z.output<typeof weightedScoreOptions>, 'exploration'>;

/**
 * Four terms, each from 0 to 1 and 1 the best, weighted into one score; then one of the few best by softmax, never
 * simply the highest, to which all calls would go at once. An instance without data is taken for the prior, not for 0.
 */
export function weightedScore(options: Options): Survey {
  const weights = inProportion(options.profile === 'custom' ? options.weights : PROFILES[options.profile]);
  return (eligible, _slate, { task }) => {
    const busiest = mostOutstanding(eligible);
    const priorMs = responseMs(UNMEASURED, task, options);
    const basis: Basis = { busiest, priorMs, task, weights, options };
    const scores = eligible.map(({ signals }) => scoreOf(signals, basis));
    return {
      ...softmaxOfBest(scores, options.best, options.temperature),
      terms: (index) => termsOf(eligible[index]!.signals, scores[index]!, basis),
    };
  };
}

/** What all scores of one pick have in common. */
interface Basis {
  /** The most attempts in flight at any of the eligible. */
  readonly busiest: number;
  /** Response time of one that has not been measured. */
  readonly priorMs: Millis;
  readonly task: Task;
  readonly weights: TermWeights;
  readonly options: Options;
}

function inProportion({ load, response, success, cost }: TermWeights): TermWeights {
  const sum = load + response + success + cost;
  return { load: load / sum, response: response / sum, success: success / sum, cost: cost / sum };
}

function scoreOf(signals: Signals, basis: Basis): number {
  const { weights, options } = basis;
  return (
    weights.load * (1 - loadTerm(signals, basis)) +
    weights.response * responseScore(blendedMs(signals, basis)) +
    weights.success * blendedSuccess(signals, options) +
    weights.cost * costScore(signals.costUsd ?? options.priorCostUsd)
  );
}

function termsOf(signals: Signals, score: number, basis: Basis) {
  const load = loadTerm(signals, basis);
  const ms = blendedMs(signals, basis);
  const costUsd = signals.costUsd ?? basis.options.priorCostUsd;
  return {
    load,
    loadScore: 1 - load,
    responseMs: ms,
    responseScore: responseScore(ms),
    successScore: blendedSuccess(signals, basis.options),
    costUsd,
    costScore: costScore(costUsd),
    samples: signals.samples,
    score,
  };
}

function loadTerm(signals: Signals, { busiest }: Basis): number {
  return Math.min(loadOf(signals, busiest), 1);
}

function responseScore(ms: Millis): number {
  return 1 - Math.min(ms / WORST_RESPONSE_MS, 1);
}

function costScore(usd: Usd): number {
  return 1 - Math.min(usd / WORST_COST_USD, 1);
}

function blendedMs(signals: Signals, { priorMs, task, options }: Basis): Millis {
  const measured = signals.firstTokenMs === undefined ? undefined : responseMs(signals, task, options);
  return blend(measured, priorMs, signals.samples, options.priorSamples);
}

function blendedSuccess({ successRate, samples }: Signals, options: Options): number {
  return blend(successRate, options.priorSuccessRate, samples, options.priorSamples);
}

const UNMEASURED: Signals = { weight: 1, priority: 1, outstanding: 0, samples: 0 };

/** The mean of what was measured and what was assumed, the assumption counting as `priorSamples` attempts. */
function blend(measured: number | undefined, prior: number, samples: number, priorSamples: number): number {
  if (measured === undefined || samples === 0) return prior;
  return (measured * samples + prior * priorSamples) / (samples + priorSamples);
}
