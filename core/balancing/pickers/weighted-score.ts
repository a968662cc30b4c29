import { z } from 'zod';
import { EXPLORATION, explorationOption } from '../exploration.ts';
import { loadOf, mostOutstanding } from '../metrics/load.ts';
import { expectationOptions, responseMs } from '../metrics/response-time.ts';
import type { Task } from '../../journal/task.ts';
import type { Signals } from '../picker.ts';
import type { Policy } from '../policy.ts';
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

type Options = z.output<typeof weightedScoreOptions>;

/**
 * Four terms, each from 0 to 1 and 1 the best, weighted into one score; then one of the few best by softmax, never
 * simply the highest, to which all calls would go at once. An instance without data is taken for the prior, not for 0.
 */
export function weightedScore(options: Options): Policy {
  const weights = inProportion(options.profile === 'custom' ? options.weights : PROFILES[options.profile]);
  return (eligible, _candidates, { task }) => {
    const busiest = mostOutstanding(eligible);
    const terms = eligible.map(({ signals }) => termsOf(signals, busiest, task, weights, options));
    const preference = softmaxOfBest(
      terms.map((term) => term.score),
      options.best,
      options.temperature,
    );
    return { ...preference, terms: (index) => terms[index]! };
  };
}

function inProportion({ load, response, success, cost }: TermWeights): TermWeights {
  const sum = load + response + success + cost;
  return { load: load / sum, response: response / sum, success: success / sum, cost: cost / sum };
}

function termsOf(signals: Signals, busiest: number, task: Task, weights: TermWeights, options: Options) {
  const load = Math.min(loadOf(signals, busiest), 1);
  const measuredMs = signals.firstTokenMs === undefined ? undefined : responseMs(signals, task, options);
  const priorMs = responseMs(UNMEASURED, task, options);
  const blendedMs = blend(measuredMs, priorMs, signals.samples, options.priorSamples);
  const successRate = blend(
    signals.successRate,
    options.priorSuccessRate,
    signals.samples,
    options.priorSamples,
  );
  const costUsd = signals.costUsd ?? options.priorCostUsd;
  const loadScore = 1 - load;
  const responseScore = 1 - Math.min(blendedMs / WORST_RESPONSE_MS, 1);
  const costScore = 1 - Math.min(costUsd / WORST_COST_USD, 1);
  const score =
    weights.load * loadScore +
    weights.response * responseScore +
    weights.success * successRate +
    weights.cost * costScore;
  return {
    load,
    loadScore,
    responseMs: blendedMs,
    responseScore,
    successScore: successRate,
    costUsd,
    costScore,
    samples: signals.samples,
    score,
  };
}

const UNMEASURED: Signals = { weight: 1, priority: 1, outstanding: 0, samples: 0 };

/** The mean of what was measured and what was assumed, the assumption counting as `priorSamples` attempts. */
function blend(measured: number | undefined, prior: number, samples: number, priorSamples: number): number {
  if (measured === undefined || samples === 0) return prior;
  return (measured * samples + prior * priorSamples) / (samples + priorSamples);
}
