import { z } from 'zod';
import type { BreakerKind, JournalEvent } from '../journal/event.ts';
import type { RunSummary, Span } from '../journal/run-state.ts';

/** What is wrong, where, and what to do; the body of every answer that is not a success. */
export interface ApiProblem {
  readonly error: { readonly code: string; readonly message: string };
}

/** `POST /api/runs`: start recording a run that the caller launches. */
export const startRunSchema = z.strictObject({
  name: z.string().min(1).max(200),
  source: z.enum(['launched', 'sample']).default('launched'),
  command: z.array(z.string()).optional(),
  cwd: z.string().optional(),
  /** The base URLs that the agent would have used without Signalbox, where it has credentials of its own. */
  passThrough: z.strictObject({ openai: z.url().optional(), anthropic: z.url().optional() }).default({}),
});
export type StartRun = z.input<typeof startRunSchema>;

/** `POST /api/runs/{run}/logs`: what the agent printed, line by line, secrets already removed. */
export const logLinesSchema = z.strictObject({
  lines: z
    .array(z.strictObject({ stream: z.enum(['stdout', 'stderr']), text: z.string() }))
    .min(1)
    .max(1000),
});
export type LogLines = z.input<typeof logLinesSchema>;

/** `POST /api/runs/{run}/end`: the agent's process is gone. */
export const endRunSchema = z.strictObject({
  exitCode: z.int().optional(),
  signal: z.string().optional(),
  reason: z.string().optional(),
});
export type EndRun = z.input<typeof endRunSchema>;

/** `POST /api/instances/{name}/breaker`: open it by hand until it is restored, or restore it. */
export const setBreakerSchema = z.strictObject({ state: z.enum(['isolated', 'closed']) });
export type SetBreaker = z.input<typeof setBreakerSchema>;

export const listRunsSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** Only runs older than this one (keyset pagination). */
  before: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
});

export const followSchema = z.strictObject({
  /** The first event wanted; everything from it on is sent, then what comes. */
  from: z.coerce.number().int().min(1).default(1),
});

/** `POST /api/runs` → what the agent must be given. */
export interface StartedRun {
  readonly run: RunSummary;
  /** The environment variables that point an agent at this run. */
  readonly environment: Readonly<Record<string, string>>;
}

/** `GET /api/host` */
export interface HostInfo {
  readonly version: string;
  readonly dataDir: string;
  readonly configFile?: string;
  /** `http://127.0.0.1:4600` */
  readonly dataPlane: string;
  /** The key that agents without one of their own may use. */
  readonly clientToken: string;
  readonly recording: { readonly state: 'on' } | { readonly state: 'stopped'; readonly reason: string };
  readonly pools: readonly {
    readonly name: string;
    readonly strategy: string;
    readonly instances: readonly string[];
  }[];
  readonly instances: readonly InstanceInfo[];
  /** Requests that could not become calls since the start, newest first: what the Connect page diagnoses. */
  readonly misdirected: readonly MisdirectedRequest[];
}

/** One instance with its live figures. */
export interface InstanceInfo {
  readonly name: string;
  readonly provider: string;
  readonly endpoint: string;
  readonly model: string;
  readonly weight: number;
  readonly maintenance: boolean;
  readonly capacity?: number;
  /** Attempts in flight. */
  readonly outstanding: number;
  /** Attempts that have ended and entered the figures. */
  readonly samples: number;
  /** 0 to 1; absent before the first attempt has ended. */
  readonly successRate?: number;
  readonly firstTokenMs?: number;
  readonly breaker: BreakerKind;
  /** For an open breaker: until it lets a probe through. */
  readonly retryInMs?: number;
}

/** A request to the data plane that named no endpoint of it: almost always a wrong base URL. */
export interface MisdirectedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly advice: string;
}

/** `GET /api/runs` */
export interface RunList {
  readonly runs: readonly RunSummary[];
}

/** `GET /api/runs/{run}/spans` */
export interface SpanList {
  readonly spans: readonly Span[];
}

/** `GET /api/runs/{run}/spans/{span}` */
export interface SpanDetail {
  readonly span: Span;
  readonly request?: RecordedBody;
  readonly response?: RecordedBody;
  /** The events of this span, oldest first. */
  readonly events: readonly JournalEvent[];
}

/** A body as it was on the wire. */
export interface RecordedBody {
  readonly bytes: number;
  /** The body as text; base64 where it is not UTF-8. */
  readonly text: string;
  readonly encoding: 'utf-8' | 'base64';
  readonly truncated: boolean;
}

/** One line of the stream `GET /api/runs/{run}/events` (NDJSON). */
export type RunFeedLine =
  { readonly events: readonly JournalEvent[] } | { readonly problem: ApiProblem['error'] };

/** One line of the stream `GET /api/feed` (NDJSON): the rows of all runs that changed, or a run that is gone. */
export type FeedLine = { readonly runs: readonly RunSummary[] } | { readonly deleted: string };

export type { JournalEvent, RunSummary, Span };
