import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SpanList, StartedRun } from '../../core/api/contract.ts';
import { request } from '../../core/api/client.ts';
import type { RunId } from '../../core/base/ids.ts';
import { startPortProcess } from '../../bench/support/child.ts';
import { wireRequest } from '../../bench/support/load.ts';
import { RawClient } from '../../bench/support/raw-client.ts';
import { startHost, type RunningHost } from '../../e2e/support/host.ts';
import { judge, type Judgement, type SoakSample } from './judge.ts';

export interface SoakOptions {
  readonly calls: number;
  readonly progress: (line: string) => void;
}

export interface SoakReport extends Judgement {
  readonly name: 'soak';
  readonly calls: number;
  readonly seconds: number;
}

const STUB = join(import.meta.dirname, '..', '..', 'bench', 'support', 'stub-upstream.ts');
const CONNECTIONS = 16;
const SAMPLES = 40;
/** Of all calls, before the first sample: caches fill, and the code is compiled. */
const WARM_UP_SHARE = 0.2;
const CALLS_A_RUN = 1_000;
/** A client of so many leaves before its answer is there. */
const LEAVES_EVERY = 500;
const MEBIBYTE = 1024 * 1024;

/** Two instances to choose from and a third that comes and goes; scheduling and recording as they are without settings. */
function configOf(port: number): string {
  return `
[providers.stub]
endpoint = "http://127.0.0.1:${port}/v1"
[instances.one]
provider = "stub"
model = "raw"
[instances.two]
provider = "stub"
model = "raw"
[pools.fast]
instances = ["one", "two"]
`;
}

/** Calls without end, by many runs that do end, and what they leave behind in the host. */
export async function runSoak({ calls, progress }: SoakOptions): Promise<SoakReport> {
  const stub = await startPortProcess(STUB);
  const host = await startHost({ config: configOf(stub.port), probed: true });
  const started = performance.now();
  try {
    const samples: SoakSample[] = [];
    const warmUp = Math.floor(calls * WARM_UP_SHARE);
    const step = Math.floor((calls - warmUp) / (SAMPLES - 1));
    let done = 0;
    for (let taken = 0; taken < SAMPLES; taken++) {
      const wanted = taken === 0 ? warmUp : step;
      await call(host, wanted, stub.port);
      done += wanted;
      samples.push(await sample(host, done));
      const { rss, heap } = samples.at(-1)!;
      progress(
        `${done} calls: ${Math.round(rss / MEBIBYTE)} MiB resident, ${Math.round(heap / MEBIBYTE)} MiB heap`,
      );
    }
    return { name: 'soak', calls: done, seconds: (performance.now() - started) / 1000, ...judge(samples) };
  } finally {
    await host.stop();
    await stub.stop();
  }
}

/** Makes so many calls, in runs of `CALLS_A_RUN`. */
async function call(host: RunningHost, calls: number, stubPort: number): Promise<void> {
  const port = Number(new URL(host.dataPlane).port);
  for (let left = calls; left > 0; left -= CALLS_A_RUN) {
    const { run } = await request<StartedRun>(host.api, '/api/runs', {
      method: 'POST',
      body: { name: 'soak' },
    });
    const name = `guest-${run.id.slice(0, 8)}`;
    const guest = {
      name,
      endpoint: `http://127.0.0.1:${stubPort}/v1`,
      provider: 'stub',
      model: 'raw',
      pools: ['fast'],
    };
    await request(host.api, '/api/instances', { method: 'POST', body: guest });
    const path = `/r/${run.id}/openai/v1/chat/completions`;
    const ask = (more: object) => {
      const messages = [{ role: 'user', content: `Say the numbers from one to eight. ${name}` }];
      const headers = { authorization: `Bearer ${host.clientToken}` };
      return wireRequest(port, path, headers, { model: 'fast', messages, ...more });
    };
    const [whole, streamed, drip] = [ask({}), ask({ stream: true }), ask({ stream: true, user: 'drip' })];
    let next = 0;
    const most = Math.min(left, CALLS_A_RUN);
    const worker = async () => {
      const client = await RawClient.open(port);
      while (next < most) {
        const index = next++;
        if (index % LEAVES_EVERY === LEAVES_EVERY - 1) {
          const leaver = await RawClient.open(port);
          await leaver.begin(drip);
          leaver.close();
        } else {
          const { status } = await client.send(index % 2 === 0 ? whole : streamed);
          if (status !== 200)
            throw new Error(`an answer had the status ${status}: ${await whyOf(host, run.id)}`);
        }
      }
      client.close();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    await request(host.api, `/api/instances/${name}`, { method: 'DELETE' });
    await request(host.api, `/api/runs/${run.id}/end`, { method: 'POST', body: { exitCode: 0 } });
  }
}

/** What went wrong in a run, in the words of its journal. */
async function whyOf(host: RunningHost, run: RunId): Promise<string> {
  await sleep(200);
  const { spans } = await request<SpanList>(host.api, `/api/runs/${run}/spans`);
  return spans.flatMap(({ error }) => (error ? [`${error.code}: ${error.message}`] : [])).join('; ');
}

/** Taken twice: what the first collection lets go, the second one has collected. */
async function sample(host: RunningHost, calls: number): Promise<SoakSample> {
  await sleep(200);
  await host.probe({ collect: true });
  await sleep(200);
  const { memory, threads, resources } = await host.probe({ collect: true });
  const { rss, heapUsed, external } = memory;
  return { calls, rss, heap: heapUsed, threads, external, resources };
}
