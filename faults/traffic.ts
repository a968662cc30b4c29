import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEvent, RunFeedLine, StartedRun } from '../core/api/contract.ts';
import { follow, request } from '../core/api/client.ts';
import type { RunId } from '../core/base/ids.ts';
import type { RunningHost } from '../e2e/support/host.ts';

/** Fast enough that calls begin, stream, fail, are retried and end within the shortest trial. */
export const TRAFFIC_CONFIG = `
[providers.rehearsal]
endpoint = "simulated"

[instances.first]
provider = "rehearsal"
model = "quick"

[instances.second]
provider = "rehearsal"
model = "brittle"

[pools.traffic]
instances = ["first", "second"]

[simulated.models.quick]
first_token_ms = 5
tokens_per_second = 2000
context_window = 100000

[simulated.models.brittle]
first_token_ms = 15
tokens_per_second = 300
error_rate = 0.3
context_window = 100000
`;

/** What was promised about one run before the host died. */
export interface Witness {
  readonly run: RunId;
  /** Every committed event that the API showed, by `seq`. */
  readonly seen: Map<number, JournalEvent>;
  /** Telemetry exports that were answered 200, which is after their commit. */
  acknowledgedExports: number;
  /** The end of the run was answered. */
  endAcknowledged: boolean;
}

export interface Traffic {
  readonly witnesses: readonly Witness[];
  /** Resolves when every client has noticed that its host is gone. */
  readonly over: Promise<void>;
}

const RUNS = 3;
const CLIENTS_PER_RUN = 2;

/** Starts runs, followers of their events, and clients that keep calling until the host is gone. */
export async function startTraffic(host: RunningHost, endOneAfterMillis: number): Promise<Traffic> {
  const gone = new AbortController();
  const witnesses: Witness[] = [];
  const work: Promise<void>[] = [];
  for (let index = 0; index <= RUNS; index++) {
    const started = await request<StartedRun>(host.api, '/api/runs', {
      method: 'POST',
      body: { name: `traffic ${index}` },
    });
    const run = started.run.id;
    const witness: Witness = { run, seen: new Map(), acknowledgedExports: 0, endAcknowledged: false };
    witnesses.push(witness);
    work.push(watch(host, witness, gone.signal));
    // The last run makes no calls: its end waits for none, and can be acknowledged before the host dies.
    const clients = index < RUNS ? CLIENTS_PER_RUN : 0;
    for (let client = 0; client < clients; client++) work.push(callOnAndOn(host, run, client));
    work.push(exportOnAndOn(host, witness), writeLogsOnAndOn(host, run));
  }
  work.push(endLater(host, witnesses.at(-1)!, endOneAfterMillis));
  const over = Promise.all(work).then(() => undefined);
  host.exited.then(() => gone.abort()).catch(() => gone.abort());
  return { witnesses, over };
}

async function watch(host: RunningHost, witness: Witness, signal: AbortSignal): Promise<void> {
  try {
    for await (const line of follow<RunFeedLine>(host.api, `/api/runs/${witness.run}/events`, signal)) {
      if ('events' in line) for (const event of line.events) witness.seen.set(event.seq, event);
    }
  } catch {
    // The connection broke because the host was killed: that is what the trial is about.
  }
}

/** Repeats `step` until the host does not answer any more, or the step says that it is done. */
async function untilGone(step: (turn: number) => Promise<'again' | 'done'>): Promise<void> {
  try {
    for (let turn = 0; ; turn++) if ((await step(turn)) === 'done') return;
  } catch {
    // A refused or broken connection: the host is gone.
  }
}

function callOnAndOn(host: RunningHost, run: RunId, client: number): Promise<void> {
  return untilGone(async (turn) => {
    // Each call carries the ones before it, as an agent's history does: parts of its body are shared blobs.
    const messages = Array.from({ length: (turn % 8) + 1 }, (_, index) => ({
      role: 'user',
      content: `client ${client}, message ${index}: ${'what an agent says '.repeat(index + 1)}`,
    }));
    const response = await fetch(`${host.dataPlane}/r/${run}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${host.clientToken}` },
      body: JSON.stringify({ model: 'traffic', messages, stream: turn % 2 === 0, max_tokens: 40 }),
    });
    await response.arrayBuffer();
    return 'again';
  });
}

function exportOnAndOn(host: RunningHost, witness: Witness): Promise<void> {
  return untilGone(async (turn) => {
    const response = await fetch(`${host.dataPlane}/r/${witness.run}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [spanOf(turn)] }] }] }),
    });
    await response.arrayBuffer();
    if (response.status !== 200) return 'done';
    witness.acknowledgedExports += 1;
    await sleep(7);
    return 'again';
  });
}

function spanOf(turn: number): unknown {
  const [start, end] = [BigInt(Date.now()) * 1_000_000n, BigInt(Date.now() + 1) * 1_000_000n];
  const spanId = (turn + 1).toString(16).padStart(16, '0');
  return {
    traceId: '7'.repeat(32),
    spanId,
    name: `turn ${turn}`,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(end),
  };
}

function writeLogsOnAndOn(host: RunningHost, run: RunId): Promise<void> {
  return untilGone(async (turn) => {
    const lines = [{ stream: 'stdout' as const, text: `line ${turn}` }];
    const response = await host.api(`/api/runs/${run}/logs`, { method: 'POST', body: { lines } });
    await response.arrayBuffer();
    await sleep(5);
    return response.status === 204 ? 'again' : 'done';
  });
}

function endLater(host: RunningHost, witness: Witness, afterMillis: number): Promise<void> {
  return untilGone(async () => {
    await sleep(afterMillis);
    const response = await host.api(`/api/runs/${witness.run}/end`, {
      method: 'POST',
      body: { exitCode: 0 },
    });
    await response.arrayBuffer();
    witness.endAcknowledged = response.status === 204;
    return 'done';
  });
}
