import { seededRandom } from '../core/base/random.ts';
import { loadConfig } from '../core/config/load.ts';
import { recordRun } from '../core/journal/recorded-events.ts';
import type { Task } from '../core/journal/task.ts';
import { startScheduling } from '../core/node/host-scheduling.ts';
import { resolveInstances } from '../core/node/resolve-instances.ts';
import { systemClock, systemTimers } from '../core/node/system-clock.ts';
import type { Call } from '../core/scheduling/call.ts';
import { FailedCalls } from '../core/scheduling/failed-calls.ts';
import { runCall } from '../core/scheduling/run-call.ts';
import type { Figure } from './support/figures.ts';
import { loadPeer } from './support/peers.ts';
import { median } from './support/statistics.ts';

const ROUNDS = 12;
const CALLS = 2_000;
const INSTANCES = 16;

/** The part of cockatiel that is measured. */
interface Cockatiel {
  retry(handle: unknown, options: object): unknown;
  circuitBreaker(handle: unknown, options: object): unknown;
  bulkhead(limit: number): unknown;
  timeout(delay: number, strategy: 'aggressive'): unknown;
  wrap(...policies: unknown[]): { execute(work: () => unknown): Promise<unknown> };
  readonly handleAll: unknown;
  readonly SamplingBreaker: new (options: object) => unknown;
}

/** Two lives of a call beside cockatiel's policies around nothing, with the journal and the explanation in both. */
export async function measureCallLife(progress: (line: string) => void): Promise<readonly Figure[]> {
  progress('the life of a call without I/O …');
  const cockatiel = loadPeer('cockatiel', progress) as Cockatiel;
  const subjects = {
    scheduler: prepareScheduler(),
    wire: prepareWire(),
    peer: preparePeer(cockatiel, false),
    peerWithTimeout: preparePeer(cockatiel, true),
  };
  const names = Object.keys(subjects) as (keyof typeof subjects)[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) times.get(name)!.push(await microsPerCall(subjects[name]));
  }
  const micros = (name: keyof typeof subjects) => median(times.get(name)!.slice(2));
  const beside = (figure: string, own: number, peer: number): Figure => ({
    figure,
    unit: 'µs',
    ours: own,
    peer,
    value: own / peer,
    bar: { atMost: 1 / 3, of: 'ours ∕ peer', unit: '×' },
  });
  const told = ({ bar: _bar, value: _value, ...figure }: Figure): Figure => figure;
  return [
    beside(
      'a call through the scheduler, beside retry + breaker + bulkhead',
      micros('scheduler'),
      micros('peer'),
    ),
    told(
      beside(
        'the same, beside retry + breaker + bulkhead + timeout',
        micros('scheduler'),
        micros('peerWithTimeout'),
      ),
    ),
    told(beside('a call on the wire, read and answered, without I/O', micros('wire'), micros('peer'))),
  ];
}

/** The host's own composition, with sixteen instances that are never really asked. */
function prepareScheduling() {
  const names = Array.from({ length: INSTANCES }, (_, index) => `i${index}`);
  const text = [
    '[providers.none]\nendpoint = "http://127.0.0.1:9"',
    ...names.map((name) => `[instances.${name}]\nprovider = "none"\nmodel = "m"`),
    `[pools.pool]\nstrategy = "weighted-score"\ninstances = ${JSON.stringify(names)}`,
  ].join('\n');
  const config = loadConfig({ file: 'bench.toml', text });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const random = seededRandom(1);
  const { ids, recorder } = recordRun('host');
  const ports = { clock: systemClock, timers: systemTimers, random, ids, recorder };
  const instances = resolveInstances(config.value, '', {});
  const { table, scheduler } = startScheduling(ports, config.value, instances);
  let run = recordRun();
  let calls = 0;
  const startRun = () => () => {
    // The recording in memory must not grow without end.
    if (++calls % CALLS === 0) run = recordRun();
    return run.recorder;
  };
  return { table, scheduler, ids, startRun };
}

const TASK: Task = {
  category: 'llm',
  model: 'pool',
  streaming: false,
  inputTokens: 8,
  outputTokens: 256,
  tools: 0,
  complexity: 0,
  capabilities: [],
  priority: 5,
  urgent: false,
};

async function microsPerCall(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let count = 0; count < CALLS; count++) await call();
  return ((performance.now() - began) * 1000) / CALLS;
}

/** The life of a call on the wire: the request read before, the answer a document of one chunk. */
function prepareWire(): () => Promise<unknown> {
  const { table, scheduler, startRun, ids } = prepareScheduling();
  const answer = new TextEncoder().encode('{"model":"m","usage":{"prompt_tokens":1,"completion_tokens":1}}');
  const headers = [['content-type', 'application/json']] as const;
  const upstream = {
    send: () => Promise.resolve({ ok: true as const, value: { status: 200, headers, body: once(answer) } }),
  };
  const json = '{"model":"pool","messages":[]}';
  const call: Call = {
    dialect: 'openai',
    operation: 'chat.completions',
    method: 'POST',
    path: '/chat/completions',
    query: '',
    model: 'pool',
    streaming: false,
    attribution: 'prefix',
    headers: [],
    body: new TextEncoder().encode(json),
    json,
    task: TASK,
  };
  const reply = {
    gone: new AbortController().signal,
    start: () => undefined,
    write: () => Promise.resolve(),
    end: () => undefined,
    reset: () => undefined,
  };
  const destination = { kind: 'plan', plan: table.resolve('pool')! } as const;
  const failedCalls = new FailedCalls(systemClock);
  const ports = { clock: systemClock, ids, scheduler, upstream, failedCalls, price: () => undefined };
  const run = startRun();
  return () => runCall(ports, run(), call, destination, reply);
}

/** What cockatiel's policies do, and the journal: a place taken, an attempt that does nothing, every guard left. */
function prepareScheduler(): () => Promise<unknown> {
  const { table, scheduler, startRun, ids } = prepareScheduling();
  const plan = table.resolve('pool')!;
  const gone = new AbortController().signal;
  const begun = Promise.resolve({
    ok: true as const,
    relay: () => RELAYED,
  });
  const run = startRun();
  return () => {
    const recorder = run();
    return scheduler.run({
      task: TASK,
      plan,
      recorder,
      span: { spanId: ids.spanId(), parentSpanId: recorder.rootSpanId },
      affinity: recorder.runId,
      client: '',
      gone,
      clientRetries: 0,
      begin: () => begun,
    });
  };
}

const RELAYED = Promise.resolve({ result: { outcome: 'ok' as const }, finish: () => undefined });

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

function preparePeer(cockatiel: Cockatiel, withTimeout: boolean): () => Promise<unknown> {
  const { retry, circuitBreaker, bulkhead, timeout, wrap, handleAll, SamplingBreaker } = cockatiel;
  const breaker = new SamplingBreaker({ threshold: 0.5, duration: 60_000, minimumRps: 10 });
  const policy = wrap(
    retry(handleAll, { maxAttempts: 2 }),
    circuitBreaker(handleAll, { halfOpenAfter: 15_000, breaker }),
    ...(withTimeout ? [timeout(60_000, 'aggressive')] : []),
    bulkhead(64),
  );
  return () => policy.execute(() => Promise.resolve());
}
