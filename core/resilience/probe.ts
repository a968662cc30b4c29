import { z } from 'zod';
import type { Random } from '../base/random.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import type { Category } from '../journal/task.ts';

/** What answers a GET cheaply and without a side effect: lists of models, Unstructured's and Chroma's own health checks. */
const DEFAULT_PATHS = {
  llm: '/models',
  embedding: '/models',
  document: '/healthcheck',
  'vector-db': '/api/v2/heartbeat',
  'knowledge-graph': '/',
  tool: '/',
} satisfies Record<Category, string>;

const millis = z.number().min(100, 'at least 100 ms').max(86_400_000, 'at most a day');
const inARow = z.int().min(1, 'at least one is needed').max(100);

/** Options of a category's probes. */
export function probeOptionsSchema(category: Category) {
  return z.strictObject({
    path: z
      .string()
      .regex(/^\//, 'a path starts with "/"')
      .describe('Below the endpoint of the instance.')
      .default(DEFAULT_PATHS[category]),
    intervalMs: millis.describe('From the end of a probe to the start of the next.').default(30_000),
    timeoutMs: millis.describe('Without an answer by then, a probe has failed.').default(5_000),
    upAfter: inARow.describe('Successes in a row that make an unhealthy instance healthy.').default(2),
    downAfter: inARow.describe('Failures in a row that make an instance unhealthy.').default(3),
  });
}

/** By category; one that is absent is not probed. */
export const probesSchema = z.strictObject({
  llm: probeOptionsSchema('llm').optional(),
  embedding: probeOptionsSchema('embedding').optional(),
  document: probeOptionsSchema('document').optional(),
  'knowledge-graph': probeOptionsSchema('knowledge-graph').optional(),
  'vector-db': probeOptionsSchema('vector-db').optional(),
  tool: probeOptionsSchema('tool').optional(),
} satisfies Record<Category, z.ZodType>);

export type ProbeOptions = z.infer<ReturnType<typeof probeOptionsSchema>>;
export type ProbesOptions = z.infer<typeof probesSchema>;

export type ProbeResult =
  | { readonly kind: 'answered'; readonly status: number }
  /** No answer came; why, for a person. */
  | { readonly kind: 'failed'; readonly message: string };

/** What a probe says of its instance. */
export interface ProbeVerdict {
  readonly up: boolean;
  readonly status?: number;
  /** For a person: `answered 200`. */
  readonly message: string;
}

export interface ProbeState {
  /** `unknown` until a probe says otherwise; such an instance takes calls. */
  readonly health: 'unknown' | 'healthy' | 'unhealthy';
  /** In a row; one of the two is 0. */
  readonly successes: number;
  readonly failures: number;
  readonly last?: ProbeVerdict;
  readonly dueAt: Nanos;
}

export interface ProbeChange {
  readonly from: ProbeState['health'];
  readonly to: 'healthy' | 'unhealthy';
  /** Of the probe that decided. */
  readonly status?: number;
  readonly message: string;
}

/** The first probe is due somewhere within an interval, so that those of several instances do not go in step. */
export function initialProbe({ intervalMs }: ProbeOptions, now: Nanos, random: Random): ProbeState {
  return { health: 'unknown', successes: 0, failures: 0, dueAt: now + nanos(random() * intervalMs) };
}

/** Enters how a probe ended. The first success of all is enough for `healthy`: nothing speaks against it. */
export function noteProbe(
  state: ProbeState,
  options: ProbeOptions,
  result: ProbeResult,
  now: Nanos,
): { readonly state: ProbeState; readonly change?: ProbeChange } {
  const last = verdictOf(result, options.path);
  const successes = last.up ? state.successes + 1 : 0;
  const failures = last.up ? 0 : state.failures + 1;
  const health = healthAfter(state.health, options, successes, failures);
  const next: ProbeState = { health, successes, failures, last, dueAt: now + nanos(options.intervalMs) };
  if (health === state.health || health === 'unknown') return { state: next };
  const { status, message } = last;
  return {
    state: next,
    change: { from: state.health, to: health, ...(status !== undefined && { status }), message },
  };
}

function healthAfter(
  before: ProbeState['health'],
  { upAfter, downAfter }: ProbeOptions,
  successes: number,
  failures: number,
): ProbeState['health'] {
  if (failures >= downAfter) return 'unhealthy';
  if (successes >= (before === 'unhealthy' ? upAfter : 1)) return 'healthy';
  return before;
}

/**
 * An instance is up where calls could go well: any answer shows that it is there, a 400, 405 or 429 too, but not one that
 * says that it fails (5xx, 408), that it does not accept the key (401, 403), or that nothing is at the path (404) - unless
 * the path is `/`, which asks for nothing in particular.
 */
export function verdictOf(result: ProbeResult, path: string): ProbeVerdict {
  if (result.kind === 'failed') return { up: false, message: result.message };
  const { status } = result;
  if (status === 401 || status === 403) {
    return { up: false, status, message: `did not accept the key (${status})` };
  }
  if (status === 404 && path !== '/') {
    return { up: false, status, message: `has nothing at ${path} (404): its probes may need another path` };
  }
  return { up: status < 500 && status !== 408, status, message: `answered ${status}` };
}

function nanos(ms: Millis): Nanos {
  return Math.round(ms * NANOS_PER_MILLI);
}
