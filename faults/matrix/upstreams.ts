import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { startHostileUpstream, type HostileUpstream, type SeenRequest } from '../hostile-upstream.ts';
import type { RawRequest } from '../raw-request.ts';
import { keyOf, TRIALS, type Case } from './catalogue.ts';
import { goodAnswer, json } from './http-bytes.ts';
import type { Trial } from './fault.ts';

/** The servers behind the gateways: a faulty one for each case, and one for each protocol that is well. */
export interface Upstreams {
  /** The base URL of a case's faulty server; `use` keeps the requests of several users apart. */
  faulty(one: Case, use: string): string;
  /** The base URL of the healthy server of that protocol. */
  healthy(trial: Trial, use: string): string;
  seenByFaulty(one: Case, use: string): readonly SeenRequest[];
  seenByHealthy(trial: Trial, use: string): readonly SeenRequest[];
  /** Requests that followed a redirect. */
  readonly followed: number;
  /** Connections that are open at any of them. */
  readonly open: number;
  close(): Promise<void>;
}

export async function startUpstreams(cases: readonly Case[]): Promise<Upstreams> {
  const byKey = new Map(cases.map((one) => [one.key, one]));
  const trials = new Map(TRIALS.map((trial) => [`good.${keyOf(trial)}`, trial]));
  const answer = ({ path }: RawRequest) => {
    const key = path.split('/')[1] ?? '';
    const healthy = trials.get(key);
    if (healthy) return goodAnswer(healthy.lane.upstream, healthy.streaming, 'healthy');
    const one = byKey.get(key);
    if (one && typeof one.fault.does === 'object' && 'acts' in one.fault.does)
      return one.fault.does.acts(one.trial);
    return [
      json(404, { error: { message: 'there is no such trial', type: 'not_found', code: 'not_found' } }),
    ];
  };
  const main = await startHostileUpstream({ answer });
  const greeting = new Map<string, HostileUpstream>();
  for (const { fault } of cases) {
    if (typeof fault.does !== 'object' || !('greets' in fault.does) || greeting.has(fault.name)) continue;
    greeting.set(fault.name, await startHostileUpstream({ answer, greet: fault.does.greets }));
  }
  const closedPort = await findClosedPort();
  const originOf = ({ fault: { does, name } }: Case): string => {
    if (does === 'refuses') return `http://127.0.0.1:${closedPort}`;
    if (does === 'has-no-name') return 'http://no-such-host.localhost:9';
    return `http://127.0.0.1:${(greeting.get(name) ?? main).port}`;
  };
  return {
    faulty: (one, use) => `${originOf(one)}/${one.key}/${use}/v1`,
    healthy: (trial, use) => `http://127.0.0.1:${main.port}/good.${keyOf(trial)}/${use}/v1`,
    seenByFaulty: (one, use) => main.seen(`/${one.key}/${use}/`),
    seenByHealthy: (trial, use) => main.seen(`/good.${keyOf(trial)}/${use}/`),
    get followed() {
      return main.seen('/redirected').length;
    },
    get open() {
      return main.open;
    },
    async close() {
      await Promise.all([main, ...greeting.values()].map((one) => one.close()));
    },
  };
}

/** A port at which nothing listens. */
export async function findClosedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
