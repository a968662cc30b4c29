import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostInfo, StartedRun } from '../core/api/contract.ts';
import { request } from '../core/api/client.ts';
import { startHost, type RunningHost } from '../e2e/support/host.ts';
import { startPortProcess } from './support/child.ts';
import type { Figure } from './support/figures.ts';
import {
  closedLoop,
  closeTarget,
  openLoop,
  openTarget,
  wireRequest,
  type LoadTarget,
} from './support/load.ts';
import { installPeers } from './support/peers.ts';
import { RawClient } from './support/raw-client.ts';
import { median, quantile } from './support/statistics.ts';

const CONNECTIONS = 50;
const ROUNDS = 5;
const ROUND_MILLIS = 1_500;
/** Rounds that do not count: a larger program has more to be compiled before it runs at its speed. */
const WARM_UPS = 4;
const RATE = 300;
const RATE_ROUNDS = 6;
/** Enough for answers that take most of a second. */
const RATE_CONNECTIONS = 256;
const STREAMS = 1_000;
const STREAMS_MILLIS = 4_000;

/** What stands between the load and the stub upstream. */
interface Route {
  readonly name: RouteName;
  readonly port: number;
  readonly pid?: number;
  /** A fresh place for a round: paths, headers and model of a request there. */
  place(): Promise<Place>;
}

interface Place {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  leave?(): Promise<void>;
}

const ROUTES = ['direct', 'minimal', 'ours', 'portkey'] as const;
type RouteName = (typeof ROUTES)[number];
type Routes = Readonly<Record<RouteName, Route>>;

/**
 * One interleaved run with the same stub upstream: Signalbox with scheduling and recording on, a proxy that does the
 * least, and Portkey's gateway as its documentation starts it.
 */
export async function runGateway(progress: (line: string) => void): Promise<readonly Figure[]> {
  const support = join(import.meta.dirname, 'support');
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const upstream = await startPortProcess(join(support, 'stub-upstream.ts'));
    stops.push(() => upstream.stop());
    const minimal = await startPortProcess(join(support, 'undici-proxy.ts'), [String(upstream.port)]);
    stops.push(() => minimal.stop());
    const portkey = await startPortkey(progress);
    stops.push(() => portkey.stop());
    const host = await startHost({ config: configOf(upstream.port) });
    stops.push(() => host.stop());
    const plain = async () => ({ path: '/v1/chat/completions', headers: {}, model: 'raw' });
    const routes: Routes = {
      direct: { name: 'direct', port: upstream.port, place: plain },
      minimal: { name: 'minimal', port: minimal.port, pid: minimal.pid, place: plain },
      ours: {
        name: 'ours',
        port: Number(new URL(host.dataPlane).port),
        pid: host.pid,
        place: () => runOf(host),
      },
      portkey: {
        name: 'portkey',
        port: portkey.port,
        pid: portkey.pid,
        place: async () => ({
          path: '/v1/chat/completions',
          headers: {
            authorization: 'Bearer none',
            'x-portkey-provider': 'openai',
            'x-portkey-custom-host': `http://127.0.0.1:${upstream.port}/v1`,
          },
          model: 'raw',
        }),
      },
    };
    return [
      ...(await measureThroughput(routes, progress)),
      ...(await measureAdded(routes, false, progress)),
      ...(await measureAdded(routes, true, progress)),
      ...(await measureStreams(routes, host, progress)),
    ];
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

/** Two instances to choose from, each call scheduled, guarded, recorded; nothing that the load itself would run into. */
function configOf(port: number): string {
  const instances = ['one', 'two'].map((name) => `[instances.${name}]\nprovider = "stub"\nmodel = "raw"`);
  return [
    '[scheduler]\nmax_concurrent = 4_000',
    '[connections]\nmax = 2_000',
    `[providers.stub]\nendpoint = "http://127.0.0.1:${port}/v1"`,
    ...instances,
    '[pools.fast]\ninstances = ["one", "two"]',
    '',
  ].join('\n\n');
}

/** A run of its own for every round, as an agent would have one. */
async function runOf(host: RunningHost): Promise<Place> {
  const { run } = await request<StartedRun>(host.api, '/api/runs', {
    method: 'POST',
    body: { name: 'bench' },
  });
  return {
    path: `/r/${run.id}/openai/v1/chat/completions`,
    headers: { authorization: `Bearer ${host.clientToken}` },
    model: 'fast',
    async leave() {
      await request(host.api, `/api/runs/${run.id}/end`, { method: 'POST', body: { exitCode: 0 } });
    },
  };
}

async function startPortkey(progress: (line: string) => void) {
  const script = installPeers(progress).resolve('@portkey-ai/gateway/build/start-server.js');
  const port = await freePort();
  const child = spawn(process.execPath, [script, '--headless', `--port=${port}`], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'ignore',
  });
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  for (let tries = 0; tries < 100; tries++) {
    const answers = await fetch(`http://127.0.0.1:${port}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return { port, pid: child.pid!, stop };
    await sleep(100);
  }
  await stop();
  throw new Error("Portkey's gateway did not answer within 10 s");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function ask(port: number, { path, headers, model }: Place, more: object = {}): Buffer {
  const messages = [{ role: 'user', content: 'Say the numbers from one to eight.' }];
  return wireRequest(port, path, headers, { model, messages, ...more });
}

/** Does something at each of these in turn, so that each is first as often as the others. */
async function eachInTurn(
  routes: Routes,
  names: readonly RouteName[],
  rounds: number,
  connections: number,
  more: object,
  work: (route: RouteName, target: LoadTarget, isWarmUp: boolean) => Promise<void>,
): Promise<void> {
  for (let round = -WARM_UPS; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + WARM_UPS + turn) % names.length]!;
      const place = await routes[name].place();
      const { port } = routes[name];
      const target = await openTarget(port, connections, ask(port, place, more));
      await work(name, target, round < 0);
      closeTarget(target);
      await place.leave?.();
      // What one leaves behind, a journal to be written, is not to burden the next.
      await sleep(300);
    }
  }
}

function emptyTable<Value>(make: () => Value): Record<RouteName, Value> {
  return { direct: make(), minimal: make(), ours: make(), portkey: make() };
}

async function measureThroughput(
  routes: Routes,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  progress(`requests a second at ${CONNECTIONS} connections: ${ROUNDS} rounds of ${ROUTES.join(', ')} …`);
  const seen = emptyTable((): number[] => []);
  await eachInTurn(routes, ROUTES, ROUNDS, CONNECTIONS, {}, async (name, target, isWarmUp) => {
    const rate = await closedLoop(target, ROUND_MILLIS);
    if (!isWarmUp) seen[name].push(rate);
  });
  const [ours, minimal, portkey, direct] = [seen.ours, seen.minimal, seen.portkey, seen.direct].map(
    median,
  ) as [number, number, number, number];
  const figure = (what: string, peer: number, atLeast: number, of: string): Figure => ({
    figure: `requests/s at ${CONNECTIONS} connections, beside ${what} (median of ${ROUNDS})`,
    unit: '/s',
    ours,
    peer,
    limit: direct,
    value: ours / peer,
    bar: { atLeast, of, unit: '×' },
  });
  return [
    figure('Portkey', portkey, 5, 'ours ÷ Portkey'),
    figure('a minimal proxy', minimal, 0.5, 'ours ÷ minimal'),
  ];
}

/** What is added to a direct call when the load is light. */
async function measureAdded(
  routes: Routes,
  streamed: boolean,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const kind = streamed ? 'streamed' : 'whole';
  progress(`${RATE} requests/s, ${kind}: ${RATE_ROUNDS} rounds …`);
  const seen = emptyTable(() => ({ whole: [] as number[], firstByte: [] as number[] }));
  const more = streamed ? { stream: true } : {};
  await eachInTurn(routes, ROUTES, RATE_ROUNDS, RATE_CONNECTIONS, more, async (name, target, isWarmUp) => {
    const times = isWarmUp ? { whole: [], firstByte: [] } : seen[name];
    await openLoop(target, RATE, ROUND_MILLIS, times);
  });
  const samples = (name: RouteName) => (streamed ? seen[name].firstByte : seen[name].whole);
  const figure = (share: number, of: string, atMost?: number): Figure => {
    const [ours, peer, limit] = [samples('ours'), samples('minimal'), samples('direct')].map((all) =>
      quantile(all, share),
    ) as [number, number, number];
    return {
      figure: `${streamed ? 'first streamed byte' : 'whole answer'} at ${RATE} requests/s, ${of}`,
      unit: 'ms',
      ours,
      peer,
      limit,
      value: ours - limit,
      ...(atMost !== undefined && { bar: { atMost, of: 'ours − direct' } }),
    };
  };
  const beside: Figure = {
    figure: `the same through Portkey, median`,
    unit: 'ms',
    ours: quantile(samples('portkey'), 0.5),
    limit: quantile(samples('direct'), 0.5),
  };
  return streamed
    ? [figure(0.5, 'median', 1), figure(0.99, '99th percentile'), beside]
    : [figure(0.5, 'median', 0.5), figure(0.99, '99th percentile', 5), beside];
}

/** What a thousand streams at once cost in memory. */
async function measureStreams(
  routes: Routes,
  host: RunningHost,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  progress(`${STREAMS} streams at once …`);
  const peaks = emptyTable(() => 0);
  for (const name of ['minimal', 'ours', 'portkey'] as const) {
    const { port, pid } = routes[name];
    const place = await routes[name].place();
    const begin = ask(port, place, { stream: true, user: 'drip' });
    const clients = await Promise.all(Array.from({ length: STREAMS }, () => RawClient.open(port)));
    await Promise.all(clients.map((client) => client.begin(begin)));
    const until = performance.now() + STREAMS_MILLIS;
    while (performance.now() < until) {
      peaks[name] = Math.max(peaks[name], residentMebibytes(pid!));
      await sleep(100);
    }
    if (name === 'ours') await expectAllOpen(host);
    for (const client of clients) client.close();
    await place.leave?.();
  }
  return [
    {
      figure: `peak memory of ${STREAMS} streams at once`,
      unit: 'MiB',
      ours: peaks.ours,
      peer: peaks.minimal,
      bar: { atMost: 1024, of: 'ours' },
    },
    { figure: 'the same of Portkey', unit: 'MiB', ours: peaks.portkey },
  ];
}

async function expectAllOpen(host: RunningHost): Promise<void> {
  const { scheduler } = await request<HostInfo>(host.api, '/api/host');
  if (scheduler.outstanding !== STREAMS)
    throw new Error(`${scheduler.outstanding} of ${STREAMS} streams are open`);
}

function residentMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s*(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
