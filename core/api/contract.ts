import { z } from 'zod';
import type { Millis } from '../base/units.ts';
import type { Warning } from '../formats/warnings.ts';
import { FORMAT_NAMES, WRITER_NAMES, type FormatName } from '../formats/names.ts';
import type {
  HealthState,
  JournalEvent,
  ModelDialect,
  OptimisationFacts,
  TierStanding,
} from '../journal/event.ts';
import type { ExpiredRun } from '../journal/retention.ts';
import type { RunSummary, Span } from '../journal/run-state.ts';
import { CATEGORIES, type Category } from '../journal/task.ts';
import type { QueryPage, SearchHit, SearchPage, StatisticsAnswer } from '../query/answers.ts';
import { QUERY_TARGETS } from '../query/fields.ts';
import { STATISTICS_BY } from '../query/statistics.ts';
import { requirementsSchema } from '../registry/requirements.ts';
import { resourceRequirementSchema } from '../registry/resource-amounts.ts';
import type { GuardView } from '../routing/guard.ts';
import type { ResourceUse } from '../scheduling/resources/ledger.ts';
import type { SchedulerView } from '../scheduling/scheduler.ts';

/** What is wrong, where, and what to do; the body of every answer that is not a success. */
export interface ApiProblem {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** Of a wrong expression, the place: offsets in UTF-16 units, the end exclusive. */
    readonly range?: { readonly start: number; readonly end: number };
  };
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
export type ImportRequest = z.output<typeof importSchema>;

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

/** What may be said of an instance while the host runs; the rest is the configuration's. */
const instanceSettings = {
  weight: z.number().positive().exactOptional(),
  priority: z.int().min(0).exactOptional(),
  maintenance: z.boolean().exactOptional(),
};
const instanceFacts = {
  capabilities: z.array(z.string().min(1)),
  contextWindow: z.int().positive(),
  price: z.strictObject({
    input: z.number().min(0),
    output: z.number().min(0),
    cachedInput: z.number().min(0).exactOptional(),
    cacheWrite: z.number().min(0).exactOptional(),
  }),
  /** Attempts that it may have at once. */
  capacity: z.int().positive(),
  limits: z.strictObject({
    rpm: z.int().positive().exactOptional(),
    tpm: z.int().positive().exactOptional(),
  }),
  zone: z.string().min(1),
  labels: z.record(z.string(), z.string()),
  requires: resourceRequirementSchema,
};

/** `POST /api/instances`: an instance that is not in the configuration, until the host ends. */
export const registerInstanceSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i),
  endpoint: z.url({ protocol: /^https?$/ }),
  provider: z.string().min(1).exactOptional(),
  category: z.enum(CATEGORIES).exactOptional(),
  model: z.string().exactOptional(),
  /** Of a model: what its API speaks; OpenAI's where it does not say. */
  dialect: z.enum(['openai', 'anthropic']).exactOptional(),
  /** Configured pools that it joins. */
  pools: z.array(z.string()).exactOptional(),
  /** The environment variable of the host that holds its key. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .exactOptional(),
  ...instanceSettings,
  ...eachExactOptional(instanceFacts),
});
export type RegisterInstance = z.input<typeof registerInstanceSchema>;

/** `PATCH /api/instances/{name}`: new values for some keys, as a JSON merge patch (RFC 7396): `null` takes one away. */
export const updateInstanceSchema = z.strictObject({
  ...instanceSettings,
  ...eachExactOptional(eachNullable(instanceFacts)),
});
export type UpdateInstance = z.input<typeof updateInstanceSchema>;

/** `POST /api/discover` */
export const discoverSchema = z.strictObject({
  category: z.enum(CATEGORIES),
  requirements: requirementsSchema.prefault({}),
});
export type Discover = z.input<typeof discoverSchema>;

/** `POST /api/proposals/{id}` */
export const decideProposalSchema = z.strictObject({ action: z.enum(['apply', 'undo', 'dismiss']) });
export type DecideProposal = z.input<typeof decideProposalSchema>;

/** Characters; longer than any key. Who gives more has given something else. */
export const LONGEST_SECRET = 16 * 1024;
/** As in `secret:NAME`. One that looks like the key itself is a mistake that would be shown in every list. */
export const secretNameSchema = z.string().regex(/^(?!sk-)[a-z0-9][a-z0-9._-]{0,39}$/i);
/** One word of plain characters, as it goes into a header. */
export const secretValueSchema = z
  .string()
  .max(LONGEST_SECRET)
  .regex(/^[\x21-\x7E]+$/);

/** `POST /api/secrets`: stores a provider's key, in place of the one of that name. There is no way to read one. */
export const storeSecretSchema = z.strictObject({
  name: secretNameSchema,
  value: secretValueSchema,
  /** The only origin that it may be sent to; else that of the provider that takes it. */
  origin: z.url({ protocol: /^https?$/ }).exactOptional(),
});
export type StoreSecret = z.output<typeof storeSecretSchema>;

export const listRunsSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** Only runs older than this one (keyset pagination). */
  before: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
});

/** `POST /api/imports`: a file on this machine. */
export const importSchema = z.strictObject({
  path: z.string().min(1),
  format: z.enum(FORMAT_NAMES).optional(),
  name: z.string().min(1).max(200).optional(),
});

/** One line of its answer (NDJSON). */
export type ImportLine =
  | {
      readonly progress: { readonly readBytes: number; readonly totalBytes: number; readonly spans: number };
    }
  | { readonly imported: ImportedRun }
  | { readonly problem: ApiProblem['error'] };

/** How finished runs get on that are sent to a collector. */
export interface ForwardInfo {
  readonly endpoint: string;
  readonly waiting: number;
  readonly sent: number;
  /** What the collector refused, or there was no room for. */
  readonly leftOut: number;
  /** What went wrong last, until something goes right. */
  readonly problem?: string;
}

export interface ImportedRun {
  readonly run: RunSummary;
  readonly format: FormatName | 'signalbox';
  readonly spans: number;
  readonly logs: number;
  /** What was not as it should be and was kept all the same. */
  readonly warnings: readonly Warning[];
}

/** The run as it is kept, in one zstd file; without its bodies its chain holds all the same. */
export const BUNDLE_FORMATS = ['signalbox', 'signalbox-without-bodies'] as const;
export type BundleFormat = (typeof BUNDLE_FORMATS)[number];

/** `GET /api/runs/:run/export` */
export const exportSchema = z.strictObject({ format: z.enum([...WRITER_NAMES, ...BUNDLE_FORMATS]) });

export function isBundleFormat(format: string): format is BundleFormat {
  return (BUNDLE_FORMATS as readonly string[]).includes(format);
}

export const followSchema = z.strictObject({
  /** The first event wanted; everything from it on is sent, then what comes. */
  from: z.coerce.number().int().min(1).default(1),
});

/** `GET /api/runs/{run}/columns`: what is known of them; else all of them are sent. */
export const columnsSchema = z.strictObject({
  seq: z.coerce.number().int().min(0).default(0),
  spans: z.coerce.number().int().min(0).default(0),
  names: z.coerce.number().int().min(0).default(0),
});

const seqSchema = z.coerce.number().int().min(1);

/** `GET /api/runs/{run}/state`: after an event, after the one that follows it, or at a time in nanoseconds since the start. */
export const momentSchema = z.union([
  z.strictObject({ seq: seqSchema }),
  z.strictObject({ after: seqSchema }),
  z.strictObject({ at: z.coerce.number().min(0) }),
]);
export type Moment = z.infer<typeof momentSchema>;

/** `GET /api/runs/{run}/spans/{span}`: as it was after an event; else as it is. */
export const spanSchema = z.strictObject({ seq: seqSchema.exactOptional() });

const MOST_SPANS = 500;

/** `POST /api/runs/{run}/spans` */
export const spansSchema = z.strictObject({
  spans: z.array(z.string().regex(/^[0-9a-f]{16}$/)).max(MOST_SPANS),
  seq: seqSchema.exactOptional(),
});

const runIdSchema = z.string().regex(/^[0-9a-f]{32}$/);
const LONGEST_QUERY = 10_000;
const whereSchema = z.string().max(LONGEST_QUERY).default('');
const pageSchema = {
  /** Only of this run; else of all but those of hosts. */
  run: runIdSchema.exactOptional(),
  limit: z.int().min(1).max(1000).default(100),
  /** `next` of the page before (keyset pagination). */
  after: z.string().max(100).exactOptional(),
};

/** `POST /api/query` → `QueryPage`: the rows for which an expression in CEL holds; its fields are in `FIELDS`. */
export const querySchema = z.strictObject({
  target: z.enum(QUERY_TARGETS),
  where: whereSchema,
  ...pageSchema,
});
export type Query = z.output<typeof querySchema>;

/** `POST /api/search` → `SearchPage`: full text of bodies, messages and logs. */
export const searchSchema = z.strictObject({
  words: z.string().max(LONGEST_QUERY),
  /** Only there; else in both. */
  where: z.enum(['log', 'body']).exactOptional(),
  order: z.enum(['best', 'newest']).default('best'),
  ...pageSchema,
});
export type SearchFor = z.output<typeof searchSchema>;

/** `POST /api/statistics` → `StatisticsAnswer`. */
export const statisticsSchema = z.strictObject({
  by: z.enum(STATISTICS_BY),
  /** Over spans; one that says nothing of their kind is about calls, by instance about attempts, or about all. */
  where: whereSchema,
  runs: z.array(runIdSchema).min(1).max(1000).exactOptional(),
  /** For a row for each bucket of time. */
  bucketMs: z.number().positive().exactOptional(),
});
export type StatisticsOf = z.output<typeof statisticsSchema>;

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
  /** `http://127.0.0.1:4318`; absent where that port is somebody else's, or not wanted. */
  readonly otlp?: string;
  /** The key that agents without one of their own may use. */
  readonly clientToken: string;
  /** Absent where no collector is configured. */
  readonly forward?: ForwardInfo;
  readonly recording: ({ readonly state: 'on' } | { readonly state: 'stopped'; readonly reason: string }) & {
    /** The folder to which the journal was moved since it was damaged; a new one goes on. */
    readonly quarantined?: string;
  };
  /** The run that holds what happens in the host itself: health, registry, breakers by hand, proposals. */
  readonly hostRun: string;
  readonly scheduler: SchedulerView;
  readonly groups: readonly GroupInfo[];
  readonly pools: readonly PoolInfo[];
  readonly instances: readonly InstanceInfo[];
  /** The declared resources of this machine, and who has how much of them. */
  readonly resources: readonly ResourceUse[];
  /** To each origin that was called since the start, with the same settings. */
  readonly connections: readonly ConnectionsInfo[];
  /** Newest first. */
  readonly proposals: readonly ProposalInfo[];
  readonly mcp: readonly McpServerInfo[];
  /** Requests that could not become calls since the start, newest first: what the Connect page diagnoses. */
  readonly misdirected: readonly MisdirectedRequest[];
}

/** An MCP server of the configuration, and the processes that run for it. */
export interface McpServerInfo {
  readonly name: string;
  readonly transport: 'stdio' | 'http';
  /** Its program with the arguments, or its URL; without secrets. */
  readonly target: string;
  readonly era: 'auto' | '2025-11-25' | '2026-07-28';
  /** Sessions that are open; of a server with a URL those that were seen. */
  readonly sessions: number;
  readonly processes: readonly McpProcessInfo[];
}

export interface McpProcessInfo {
  readonly pid?: number;
  /** Absent for one that serves a whole run. */
  readonly session?: string;
  /** Lines since it was first started: on stderr, on stdout without being messages, and those that were too many to record. */
  readonly noise: { readonly stderr: number; readonly stdout: number; readonly dropped: number };
  /** For one that has ended by itself: how, how often in a row, and until it is started again. */
  readonly waiting?: { readonly reason: string; readonly ends: number; readonly restartInMs: number };
}

export interface GroupInfo {
  readonly name: string;
  readonly tiers: readonly {
    readonly name: string;
    readonly pools: readonly string[];
    readonly standing: TierStanding;
    /** For one that is left out: until it is tried again. */
    readonly triedInMs?: number;
    /** Absent where nothing limits it. */
    readonly guard?: GuardView;
  }[];
}

export interface PoolInfo {
  readonly name: string;
  readonly category: Category;
  readonly strategy: string;
  readonly instances: readonly string[];
  readonly guard?: GuardView;
}

/** One instance with its live figures. */
export interface InstanceInfo extends GuardView {
  readonly name: string;
  readonly provider: string;
  readonly category: Category;
  readonly endpoint: string;
  readonly model: string;
  /** Absent for OpenAI's. */
  readonly dialect?: ModelDialect;
  readonly capabilities?: readonly string[];
  readonly contextWindow?: number;
  /** Where none is declared: the most input that a public table says its model takes. */
  readonly assumedContextWindow?: number;
  /** USD for a million tokens. */
  readonly price?: {
    readonly input: number;
    readonly output: number;
    readonly cachedInput?: number;
    readonly cacheWrite?: number;
  };
  readonly weight: number;
  readonly priority: number;
  readonly zone?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly maintenance: boolean;
  /** Registered while the host runs, and gone when it ends. */
  readonly transient: boolean;
  /** Attempts that have ended and entered the figures. */
  readonly samples: number;
  /** 0 to 1; absent before the first attempt has ended. */
  readonly successRate?: number;
  readonly firstTokenMs?: number;
  readonly firstTokenP95Ms?: number;
  readonly health: HealthState;
  /** For one that is ejected: until it is back. */
  readonly ejectedForMs?: number;
}

/** The connections to one origin, which all its instances share. */
export interface ConnectionsInfo {
  /** `https://api.openai.com` */
  readonly origin: string;
  /** The proxy, without its password. */
  readonly via?: string;
  /** Absent before the first connection. */
  readonly protocol?: 'http/1.1' | 'h2';
  /** `TLSv1.3`, of the newest connection; absent without TLS and before the first. */
  readonly tls?: string;
  /** Files of the configuration whose authorities are trusted besides the system's. */
  readonly caFiles: readonly string[];
  readonly min: number;
  readonly max: number;
  readonly open: number;
  /** The most that were open in each `sizeStepMs` of the last while, up to now; shorter where the pool is younger. */
  readonly sizes: readonly number[];
  readonly sizeStepMs: number;
  /** Of the open ones and those that are being made: with a call. */
  readonly busy: number;
  /** Calls without a connection. */
  readonly waiting: number;
  /** Since the start: connections that were made, and calls that found one. */
  readonly created: number;
  readonly reused: number;
  /** Calls that found no free connection within `acquireMs`, since the start. */
  readonly timedOut: number;
  readonly acquireMs: number;
}

/** What an optimiser would change, and what became of it. */
export interface ProposalInfo extends OptimisationFacts {
  readonly at: number;
  readonly state: 'proposed' | 'applied' | 'undone' | 'dismissed';
}

/** An instance that can take such a call now. */
export interface DiscoveredInstance extends InstanceInfo {
  /** What the call that was described would cost there. */
  readonly costUsd?: number;
}

/** `POST /api/discover`: the best measured first; and the others, with the reason. */
export interface Discovered {
  readonly instances: readonly DiscoveredInstance[];
  readonly refused: readonly { readonly instance: string; readonly reason: string }[];
}

/** A request to the data plane that named no endpoint of it: almost always a wrong base URL. */
export interface MisdirectedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly advice: string;
}

/** `GET /api/secrets` */
export interface SecretList {
  readonly secrets: readonly StoredSecretInfo[];
}

/** What is known of a stored key besides its value. */
export interface StoredSecretInfo {
  readonly name: string;
  /** The only origin that it may be sent to; absent until it is known. */
  readonly origin?: string;
  /** `os`: only the desktop application of this user can open it. */
  readonly sealed: 'plain' | 'os';
  /** ISO 8601. */
  readonly setAt: string;
  /** Configured providers that take it. */
  readonly providers: readonly string[];
}

/** `PATCH /api/runs/{run}` */
export const updateRunSchema = z.strictObject({ pinned: z.boolean() });

/** `POST /api/collect` */
export const collectSchema = z.strictObject({ dryRun: z.boolean().default(false) });

/** What retention has deleted, or would delete. */
export interface Collected {
  /** The oldest first. */
  readonly runs: readonly ExpiredRun[];
  /** Saved by compressing bodies of runs that have ended. */
  readonly packedBytes: number;
  /** Given back to the file system. */
  readonly freedBytes: number;
}

/** `GET /api/usage`: what the host takes of its machine, oldest first. */
export interface UsageList {
  readonly samples: readonly UsageSample[];
}

export interface UsageSample {
  readonly at: Millis;
  /** Processor time of all threads since the sample before, in processors: 1 is one of them, wholly. */
  readonly cores: number;
  readonly residentBytes: number;
  /** Of the thread that serves calls. */
  readonly heapBytes: number;
  /** How late that thread was, 99 times of 100. */
  readonly delayP99Ms: Millis;
}

/** `GET /api/runs` */
export interface RunList {
  readonly runs: readonly RunSummary[];
}

/** `GET /api/runs/{run}/state`: what was going on. */
export interface RunMoment {
  /** Event `run.lastSeq` was the newest. */
  readonly run: RunSummary;
  /** Spans heard of until then: the first so many of the columns. */
  readonly spans: number;
}

/** `GET /api/runs/{run}/spans`, and `POST` for some of them. */
export interface SpanList {
  readonly spans: readonly Span[];
}

/** `GET /api/runs/{run}/spans/{span}` */
export interface SpanDetail {
  readonly span: Span;
  /** Those that it has to do with: its attempts or its call, what it tries again, asks back or links to. */
  readonly related: readonly Span[];
  readonly request?: RecordedBody;
  readonly response?: RecordedBody;
  /** The events of this span, oldest first; of more than 1,000 the newest. */
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

export type { JournalEvent, QueryPage, RunSummary, SearchHit, SearchPage, Span, StatisticsAnswer };

type Shape = Readonly<Record<string, z.ZodType>>;

function eachNullable<Given extends Shape>(shape: Given) {
  const entries = Object.entries(shape).map(([key, schema]) => [key, schema.nullable()]);
  return Object.fromEntries(entries) as { [Key in keyof Given]: z.ZodNullable<Given[Key]> };
}

/** Absent, but not `undefined`: as types tell them apart here. */
function eachExactOptional<Given extends Shape>(shape: Given) {
  const entries = Object.entries(shape).map(([key, schema]) => [key, schema.exactOptional()]);
  return Object.fromEntries(entries) as { [Key in keyof Given]: z.ZodExactOptional<Given[Key]> };
}
