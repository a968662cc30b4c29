import { seededRandom } from '../core/base/random.ts';
import { recordRun } from '../core/journal/recorded-events.ts';
import { breakerOptionsSchema } from '../core/resilience/breaker.ts';
import { LiveInstances } from '../core/routing/live-instances.ts';
import { createRoutingTable } from '../core/routing/routing-table.ts';
import type { Call } from '../core/scheduling/call.ts';
import { RetryGuard } from '../core/scheduling/retry-guard.ts';
import { runCall } from '../core/scheduling/run-call.ts';
import { systemClock } from '../core/node/system-clock.ts';
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
  wrap(...policies: unknown[]): { execute(work: () => unknown): Promise<unknown> };
  readonly handleAll: unknown;
  readonly SamplingBreaker: new (options: object) => unknown;
}

/** One call from its receipt to its end, journal and explanation included, beside cockatiel's policies around nothing. */
export async function measureCallLife(progress: (line: string) => void): Promise<Figure> {
  progress('the life of a call without I/O …');
  const ours = prepareOurs();
  const theirs = preparePeer(loadPeer('cockatiel', progress) as Cockatiel);
  const times: { readonly ours: number[]; readonly peer: number[] } = { ours: [], peer: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(await microsPerCall(ours));
    times.peer.push(await microsPerCall(theirs));
  }
  const [own, peer] = [median(times.ours.slice(2)), median(times.peer.slice(2))];
  return {
    figure: 'a whole call without I/O, beside cockatiel',
    unit: 'µs',
    ours: own,
    peer,
    value: own / peer,
    bar: { atMost: 1 / 3, of: 'ours ∕ peer', unit: '×' },
  };
}

async function microsPerCall(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let count = 0; count < CALLS; count++) await call();
  return ((performance.now() - began) * 1000) / CALLS;
}

function prepareOurs(): () => Promise<unknown> {
  const random = seededRandom(1);
  const live = new LiveInstances(systemClock, random, breakerOptionsSchema.parse({}));
  const names = Array.from({ length: INSTANCES }, (_, index) => `i${index}`);
  const instances = names.map((name) => ({
    name,
    provider: 'none',
    category: 'llm' as const,
    endpoint: 'http://none',
    model: 'm',
    weight: 1,
    priority: 1,
    maintenance: false,
  }));
  const definitions = { pool: { strategy: 'weighted-score', options: {}, instances: names } } as const;
  const pool = createRoutingTable({ clock: systemClock, random, live }, definitions, instances).resolve(
    'pool',
  )!;
  const body = new TextEncoder().encode('{"model":"m","messages":[]}');
  const answer = new TextEncoder().encode('{"model":"m","usage":{"prompt_tokens":1,"completion_tokens":1}}');
  const upstream = {
    send: () =>
      Promise.resolve({
        ok: true as const,
        value: { status: 200, headers: [['content-type', 'application/json']] as const, body: once(answer) },
      }),
  };
  const call: Call = {
    dialect: 'openai',
    operation: 'chat.completions',
    method: 'POST',
    path: '/chat/completions',
    query: '',
    model: 'm',
    streaming: false,
    attribution: 'prefix',
    headers: [],
    body,
    json: '{"model":"m","messages":[]}',
    tools: 0,
  };
  const reply = {
    gone: new AbortController().signal,
    start: () => undefined,
    write: () => Promise.resolve(),
    end: () => undefined,
    reset: () => undefined,
  };
  const retries = new RetryGuard(systemClock);
  let run = recordRun();
  let calls = 0;
  return () => {
    // The recording in memory must not grow without end.
    if (++calls % CALLS === 0) run = recordRun();
    const ports = { clock: systemClock, ids: run.ids, live, retries, upstream, price: () => undefined };
    return runCall(ports, run.recorder, call, { kind: 'pool', pool, maxAttempts: 3 }, reply);
  };
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

function preparePeer(cockatiel: Cockatiel): () => Promise<unknown> {
  const { retry, circuitBreaker, bulkhead, wrap, handleAll, SamplingBreaker } = cockatiel;
  const breaker = new SamplingBreaker({ threshold: 0.5, duration: 60_000, minimumRps: 10 });
  const policy = wrap(
    retry(handleAll, { maxAttempts: 2 }),
    circuitBreaker(handleAll, { halfOpenAfter: 15_000, breaker }),
    bulkhead(64),
  );
  return () => policy.execute(() => Promise.resolve());
}
