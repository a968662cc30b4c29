import { join } from 'node:path';
import { Pool } from 'undici';
import { configFor } from '../e2e/support/scripted-upstream.ts';
import { startHost } from '../e2e/support/host.ts';
import { startPortProcess } from './support/child.ts';
import type { Figure } from './support/figures.ts';
import { median } from './support/statistics.ts';

const WARM_UP = 50;
const ROUNDS = 400;
/** What the gateway may add to the median. */
const BAR_MILLIS = 2;

const ROUTES = ['direct', 'gateway', 'peer'] as const;
type Route = (typeof ROUTES)[number];

interface Target {
  readonly pool: Pool;
  readonly path: string;
  readonly model: string;
}

/** Time to the first byte of an answer: straight to the upstream, through Signalbox, and through a bare proxy. */
export async function measureFirstByte(progress: (line: string) => void): Promise<readonly Figure[]> {
  const support = join(import.meta.dirname, 'support');
  const upstream = await startPortProcess(join(support, 'bench-upstream.ts'));
  const peer = await startPortProcess(join(support, 'pipe-proxy.ts'), [String(upstream.port)]);
  const origin = `http://127.0.0.1:${upstream.port}`;
  const host = await startHost({ config: configFor([`${origin}/v1`]) });
  const open = (address: string) => new Pool(address, { connections: 1 });
  const targets: Record<Route, Target> = {
    direct: { pool: open(origin), path: '/v1/chat/completions', model: 'raw' },
    gateway: { pool: open(host.dataPlane), path: '/openai/v1/chat/completions', model: 'scripted' },
    peer: { pool: open(`http://127.0.0.1:${peer.port}`), path: '/v1/chat/completions', model: 'raw' },
  };
  try {
    const figures: Figure[] = [];
    for (const streamed of [true, false]) {
      const kind = streamed ? 'streamed' : 'whole';
      progress(`first byte, ${kind}: ${ROUNDS} rounds of ${ROUTES.join(', ')} …`);
      figures.push(...(await measure(targets, host.clientToken, streamed, kind)));
    }
    return figures;
  } finally {
    await Promise.all(ROUTES.map((route) => targets[route].pool.close()));
    await host.stop();
    await peer.stop();
    await upstream.stop();
  }
}

async function measure(
  targets: Readonly<Record<Route, Target>>,
  token: string,
  streamed: boolean,
  kind: string,
): Promise<readonly Figure[]> {
  const samples: Record<Route, number[]> = { direct: [], gateway: [], peer: [] };
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (let turn = 0; turn < ROUTES.length; turn++) {
      // Each route goes first as often as the others: what one leaves behind burdens all alike.
      const route = ROUTES[(round + WARM_UP + turn) % ROUTES.length]!;
      const millis = await timeFirstByte(targets[route], token, streamed);
      if (round >= 0) samples[route].push(millis);
    }
  }
  const [ours, limit, peer] = [median(samples.gateway), median(samples.direct), median(samples.peer)];
  return [
    {
      figure: `time to first byte, ${kind} (median of ${ROUNDS})`,
      unit: 'ms',
      ours,
      peer,
      limit,
      value: ours - limit,
      bar: { atMost: BAR_MILLIS, of: 'ours − limit' },
    },
  ];
}

async function timeFirstByte(
  { pool, path, model }: Target,
  token: string,
  streamed: boolean,
): Promise<number> {
  const messages = [{ role: 'user', content: 'Say the numbers from one to eight.' }];
  const started = performance.now();
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ model, messages, ...(streamed && { stream: true }) }),
  });
  let first: number | undefined;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (chunk.length > 0) first ??= performance.now();
  }
  if (statusCode !== 200 || first === undefined) throw new Error(`${path} answered ${statusCode}`);
  return first - started;
}
