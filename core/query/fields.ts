import type { VariableType } from '../base/expression.ts';
import { KINDS, STATUSES } from '../journal/columns/span-chunk.ts';

/** What a filter can be about. */
export const QUERY_TARGETS = ['runs', 'spans', 'events', 'logs'] as const;
export type QueryTarget = (typeof QUERY_TARGETS)[number];

/** A field as people are told of it. Plain data: the window makes its chips and completions of it. */
export interface Field {
  readonly type: VariableType;
  readonly unit?: 'ms' | 'USD' | 'tokens';
  readonly description: string;
  /** Everything that it can be, where that is little. */
  readonly values?: readonly string[];
  /** It is not in the columns: each row that comes so far is read from its events. */
  readonly costly?: true;
}

const TIME = 'google.protobuf.Timestamp';
const RUN_STATUSES = ['running', 'completed', 'failed', 'interrupted'] as const;
const STREAMS = ['stdout', 'stderr', 'telemetry', 'scheduler', 'mcp', 'journal'] as const;

const RUNS = {
  id: { type: 'string', description: 'The id of the run' },
  name: { type: 'string', description: 'What the run is called' },
  status: { type: 'string', description: 'How the run stands', values: RUN_STATUSES },
  source: {
    type: 'string',
    description: 'How the run came to be recorded',
    values: ['launched', 'ambient', 'sample', 'imported'],
  },
  command: { type: 'string', description: 'The program and its arguments, empty where it is not known' },
  time: { type: TIME, description: 'When the run began' },
  durationMs: {
    type: 'double',
    unit: 'ms',
    description: 'From the start to the end, or to the newest event',
  },
  calls: { type: 'int', description: 'Calls of the run' },
  openCalls: { type: 'int', description: 'Calls that are in flight' },
  errors: { type: 'int', description: 'Calls that ended in an error' },
  retries: { type: 'int', description: 'Attempts after the first one of a call' },
  hedges: { type: 'int', description: 'Attempts that were sent beside one under way' },
  inputTokens: { type: 'int', unit: 'tokens', description: 'Input tokens of all calls' },
  outputTokens: { type: 'int', unit: 'tokens', description: 'Output tokens of all calls' },
  tokens: { type: 'int', unit: 'tokens', description: 'Input and output tokens of all calls' },
  cost: { type: 'double', unit: 'USD', description: 'What is known of the cost' },
  unknownCosts: { type: 'int', description: 'Calls whose cost nobody knows' },
  exitCode: { type: 'int', description: 'Of the process; -1 where there is none' },
  reason: { type: 'string', description: 'Why the run ended so, in words' },
  reportedSpans: { type: 'int', description: 'Spans reported over OTLP' },
  mcpRequests: { type: 'int', description: 'Requests to MCP servers' },
} as const satisfies Record<string, Field>;

/** Of the run that a row belongs to. */
const OF_RUN = {
  run: { type: 'string', description: 'The id of the run' },
  agent: { type: 'string', description: 'What the run is called' },
} as const satisfies Record<string, Field>;

const SPANS = {
  ...OF_RUN,
  id: { type: 'string', description: 'The id of the span' },
  kind: { type: 'string', description: 'What it is', values: KINDS },
  status: { type: 'string', description: 'How it stands', values: STATUSES },
  name: { type: 'string', description: 'What it is called' },
  label: {
    type: 'string',
    description: 'The model of a call, the instance of an attempt, the server of MCP',
  },
  time: { type: TIME, description: 'When it began' },
  startMs: { type: 'double', unit: 'ms', description: 'When it began, from the start of the run' },
  durationMs: { type: 'double', unit: 'ms', description: 'How long it took; unknown while it is open' },
  inputTokens: { type: 'int', unit: 'tokens', description: 'Input tokens; 0 where they are unknown' },
  outputTokens: { type: 'int', unit: 'tokens', description: 'Output tokens; 0 where they are unknown' },
  tokens: { type: 'int', unit: 'tokens', description: 'Input and output tokens; 0 where they are unknown' },
  cost: { type: 'double', unit: 'USD', description: 'Unknown costs are in no comparison' },
  error: { type: 'string', description: 'The message of its error; empty without one', costly: true },
  httpStatus: { type: 'int', description: 'The status of the answer; 0 without one', costly: true },
  details: { type: 'dyn', description: 'Everything that is recorded of it: details.path', costly: true },
} as const satisfies Record<string, Field>;

const OF_EVENT = {
  ...OF_RUN,
  seq: { type: 'int', description: 'Its number in the run' },
  span: { type: 'string', description: 'The id of its span' },
  time: { type: TIME, description: 'When it happened' },
  atMs: { type: 'double', unit: 'ms', description: 'When it happened, from the start of the run' },
} as const satisfies Record<string, Field>;

const EVENTS = {
  ...OF_EVENT,
  event: { type: 'string', description: 'What happened: call-received, attempt-ended, …' },
  data: { type: 'dyn', description: 'The facts of the event: data.status' },
} as const satisfies Record<string, Field>;

const LOGS = {
  ...OF_EVENT,
  stream: { type: 'string', description: 'Where the line came from', values: STREAMS },
  text: { type: 'string', description: 'The line' },
} as const satisfies Record<string, Field>;

/** Everything that a filter can name. */
export const FIELDS = { runs: RUNS, spans: SPANS, events: EVENTS, logs: LOGS } as const satisfies Record<
  QueryTarget,
  Record<string, Field>
>;
