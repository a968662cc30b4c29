import { isRunId, type RunId, type SpanId } from '../../base/ids.ts';
import { fail, ok } from '../../base/result.ts';
import { EVENT_VERSION, type JournalEvent } from '../../journal/event.ts';
import type { RunSummary, Span } from '../../journal/run-state.ts';
import { ApiFailure } from '../app.ts';
import type { FeedLine, InstanceInfo, LogLines } from '../contract.ts';
import type { HostServices } from '../services.ts';

/** A character of every UTF-8 length, so that a carrier that cuts bytes is found out. */
export const WORDS = 'run – 运行 🚦 é';
export const KNOWN_RUN = runIdOf(1);
export const OPEN_RUN = runIdOf(2);
export const KNOWN_SPAN = '00000000000000a1' as SpanId;

export function runIdOf(number: number): RunId {
  return number.toString(16).padStart(32, '0') as RunId;
}

export interface FakeServices extends HostServices {
  readonly logs: LogLines['lines'][];
  /** Streams that a client follows now. */
  readonly following: number;
  /** What the streams say next; each ends when its client leaves. */
  say(line: FeedLine): void;
  /** Makes every stream fail. */
  break(error: Error): void;
  /** Calls of `startSample`; each waits for its answer here. */
  readonly samples: ((outcome: RunSummary | Error) => void)[];
  /** Queries whose asker has gone; `where: 'forever'` is answered in no other way. */
  readonly gone: string[];
  /** Queries that wait for that. */
  readonly waiting: number;
}

/** A host in memory with one ended run, one open run, and streams that the test drives. */
export function fakeServices(): FakeServices {
  const runs = new Map([KNOWN_RUN, OPEN_RUN].map((id) => [id, fakeRun(id)]));
  const streams = new Set<(next: FeedLine | Error) => void>();
  const logs: LogLines['lines'][] = [];
  const gone: string[] = [];
  let waiting = 0;
  const samples: FakeServices['samples'] = [];

  async function* follow(signal: AbortSignal): AsyncGenerator<FeedLine> {
    let wake = () => {};
    const waiting: (FeedLine | Error)[] = [];
    const listen = (next: FeedLine | Error) => {
      waiting.push(next);
      wake();
    };
    streams.add(listen);
    signal.addEventListener('abort', () => wake());
    try {
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next instanceof Error) throw next;
        if (next) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      streams.delete(listen);
    }
  }

  const secrets = new Set<string>();
  return {
    logs,
    samples,
    gone,
    get waiting() {
      return waiting;
    },
    get following() {
      return streams.size;
    },
    say: (line) => streams.forEach((listen) => listen(line)),
    break: (error) => streams.forEach((listen) => listen(error)),
    info: () => ({
      version: WORDS,
      dataDir: '/data',
      dataPlane: 'http://127.0.0.1:4600',
      clientToken: 'token',
      recording: { state: 'on' },
      hostRun: KNOWN_RUN,
      mcp: [],
      scheduler: { outstanding: 0, maxConcurrent: 256, queues: [] },
      groups: [],
      pools: [],
      instances: [],
      resources: [],
      connections: [],
      proposals: [],
      misdirected: [],
    }),
    setBreaker: (instance) => instance === 'small-1',
    registerInstance: ({ name }) =>
      name === 'small-1'
        ? fail({ code: 'instance_exists', message: `${name}: ${WORDS}` })
        : ok(fakeInstance(name)),
    updateInstance: (name, patch) =>
      name === 'small-1'
        ? ok({ ...fakeInstance(name), weight: patch.weight ?? 1 })
        : fail(unknownInstance(name)),
    deregisterInstance: (name) => (name === 'small-1' ? ok(undefined) : fail(unknownInstance(name))),
    discover: ({ category }) => ({
      instances: category === 'llm' ? [fakeInstance('small-1')] : [],
      refused: [{ instance: 'large-1', reason: WORDS }],
    }),
    listSecrets: () => [...secrets].map((name) => ({ name, sealed: 'plain', setAt: '', providers: [] })),
    setSecret: ({ name }) => Promise.resolve(ok(void secrets.add(name))),
    removeSecret: (name) => secrets.delete(name),
    decideProposal: (id, action) => id === 'p1' && action === 'apply',
    usage: () => [{ at: 1, cores: 0.5, residentBytes: 2, heapBytes: 1, delayP99Ms: 3 }],
    listRuns: ({ limit, before }) =>
      Promise.resolve([...runs.values()].filter(({ id }) => !before || id < before).slice(0, limit)),
    findRun: (id) => Promise.resolve(runs.get(id)),
    startRun: async ({ name }) => ({
      run: { ...fakeRun(runIdOf(3)), name },
      environment: { OPENAI_BASE_URL: 'x' },
    }),
    writeLogs: (id, lines) => id === OPEN_RUN && logs.push(lines) > 0,
    endRun: (id) => Promise.resolve(id === OPEN_RUN),
    deleteRun: (id) =>
      Promise.resolve(id === OPEN_RUN ? 'still-running' : runs.delete(id) ? 'deleted' : 'not-found'),
    setPinned(id, pinned) {
      const run = runs.get(id);
      if (run) runs.set(id, pinned ? { ...run, pinned } : run);
      return Promise.resolve(run !== undefined);
    },
    collect: (dryRun) =>
      Promise.resolve({
        runs: [{ run: runIdOf(1), name: WORDS, endedAt: 1, because: 'age', bytes: 10 }],
        packedBytes: 0,
        freedBytes: dryRun ? 0 : 10,
      }),
    async query({ target, where, limit }, left) {
      if (where === 'wrong') return fail(wrongExpression);
      if (where === 'slow') return fail({ code: 'query_too_slow', message: WORDS });
      if (where === 'forever') {
        waiting += 1;
        await new Promise((resolve) => left.addEventListener('abort', resolve));
        gone.push(target);
        return fail({ code: 'query_cancelled', message: WORDS });
      }
      return ok({ rows: [fakeRun(KNOWN_RUN)].slice(0, limit), next: WORDS });
    },
    search: ({ words, order }) => {
      const about = { run: KNOWN_RUN, agent: WORDS, spanId: KNOWN_SPAN, event: 'log-written' } as const;
      const snippet = { text: words, marks: [[0, 1]] as const };
      const hit = { ...about, seq: 7, time: 0, where: 'log', snippet } as const;
      return Promise.resolve(ok({ hits: [hit], order, unindexed: 3 }));
    },
    statistics: ({ runs }) =>
      Promise.resolve(
        runs ? fail({ code: 'run_not_found', message: WORDS }) : ok({ rows: [], unevaluated: { rows: 1 } }),
      ),
    listSpans: () => Promise.resolve(Array.from({ length: MANY_SPANS }, (_, index) => fakeSpan(index))),
    findSpan: (id, span) =>
      Promise.resolve(
        isRunId(id) && span === KNOWN_SPAN
          ? { span: fakeSpan(0), related: [], events: [fakeEvent(1)] }
          : undefined,
      ),
    findSpans: (_, spans) => Promise.resolve(spans.map((id, index) => ({ ...fakeSpan(index), id }))),
    stateAt: (id, moment) =>
      Promise.resolve(!('seq' in moment) || moment.seq > 1 ? undefined : { run: fakeRun(id), spans: 1 }),
    async *followColumns(_, { seq }, signal) {
      yield MANY_BYTES.subarray(0, MANY_BYTES.length / 2);
      yield MANY_BYTES.subarray(MANY_BYTES.length / 2);
      for await (const _ of follow(signal)) yield Uint8Array.of(seq);
    },
    async *importFile({ path }) {
      yield { progress: { readBytes: 1, totalBytes: 2, spans: 0 } };
      if (path !== KNOWN_FILE) throw new ApiFailure('import_failed', `${path} cannot be read.`);
      yield { imported: { run: fakeRun(KNOWN_RUN), format: 'otlp-json', spans: 1, logs: 0, warnings: [] } };
    },
    exportRun: (id, format) => Promise.resolve(id === KNOWN_RUN ? piecesOf([format, WORDS]) : undefined),
    async *followRun(_id, from, signal) {
      yield [fakeEvent(from), fakeEvent(from + 1)];
      for await (const _ of follow(signal)) yield [fakeEvent(from + 2)];
    },
    followRuns: follow,
    startSample: () =>
      new Promise((resolve, reject) => {
        samples.push((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
      }),
  };
}

async function* piecesOf(pieces: readonly string[]) {
  await Promise.resolve();
  yield* pieces;
}

export const KNOWN_FILE = '/traces/known.json';

/** Every byte there is, many times over: no text in any encoding. */
export const MANY_BYTES = Uint8Array.from({ length: 3 * 2 ** 20 }, (_, index) => (index * 151) >> 3);

/** Enough for an answer of several megabytes. */
export const MANY_SPANS = 20_000;

export const wrongExpression = {
  code: 'invalid_expression',
  message: WORDS,
  range: { start: 3, end: 5 },
};

export const sampleFailure = new ApiFailure('sample_missing', `The sample is not there: ${WORDS}`);

function unknownInstance(name: string) {
  return { code: 'instance_unknown', message: `There is no instance ${name}: ${WORDS}` };
}

function fakeInstance(name: string): InstanceInfo {
  return {
    name,
    provider: 'p',
    category: 'llm',
    endpoint: 'http://127.0.0.1:1',
    model: 'm',
    weight: 1,
    priority: 1,
    maintenance: false,
    transient: true,
    outstanding: 0,
    samples: 0,
    health: 'healthy',
  };
}

export function fakeRun(id: RunId): RunSummary {
  return {
    id,
    name: WORDS,
    status: id === OPEN_RUN ? 'running' : 'completed',
    source: 'launched',
    startedAt: 0,
    duration: 0,
    lastSeq: 1,
    calls: 0,
    openCalls: 0,
    errors: 0,
    retries: 0,
    inputTokens: 0,
    outputTokens: 0,
    uncountedCalls: 0,
    cost: 0,
    unpricedCalls: 0,
  };
}

function fakeSpan(index: number): Span {
  const name = `${WORDS} ${'运行'.repeat(index % 40)}`;
  return { kind: 'agent', id: KNOWN_SPAN, index, name, startedAt: 0, status: 'ok' };
}

function fakeEvent(seq: number): JournalEvent {
  return {
    runId: KNOWN_RUN,
    seq,
    at: 0,
    wallTime: 0,
    spanId: KNOWN_SPAN,
    v: EVENT_VERSION,
    type: 'log-written',
    data: { stream: 'stdout', text: WORDS },
  };
}
