import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHost, type RunningHost } from '../../e2e/support/host.ts';
import { Checks, portOf, until, type Scenario } from './scenario.ts';

const SERVED = 2_000;
const ASKED = 10_000;
const RECOVERS_WITHIN_MS = 5_000;
const SLOW = 1_000;
const CLOSED_WITHIN_MS = 16_000;
const OTHERS_WITHIN_MS = 1_000;

/** A connection by hand, and the beginning of what it was told. */
interface Asker {
  readonly socket: Socket;
  connected: boolean;
  said: string;
  closed: boolean;
}

function ask(port: number, text: string): Asker {
  const socket = connect(port, '127.0.0.1');
  const asker: Asker = { socket, connected: false, said: '', closed: false };
  socket.on('connect', () => (asker.connected = true));
  socket.on('data', (bytes: Buffer) => (asker.said ||= bytes.toString('latin1')));
  socket.on('error', () => undefined).on('close', () => (asker.closed = true));
  socket.write(text);
  return asker;
}

/** Rows 14 and 15. */
export const CONNECTIONS: readonly Scenario[] = [
  {
    name: '10,000 connections with a request each that does not end',
    row: 14,
    long: true,
    run: () =>
      withHost(async (host, checks) => {
        const port = portOf(host);
        const text = `POST /openai/v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`;
        const askers: Asker[] = [];
        for (let count = 0; count < ASKED; count++) {
          askers.push(ask(port, text));
          if (count % 100 === 99) await sleep(10);
        }
        const turnedAway = () => askers.filter(({ said }) => said.startsWith('HTTP/1.1 503 ')).length;
        await until(() => turnedAway() >= ASKED - SERVED, 20_000);
        const refused = askers.filter(({ said }) => said.startsWith('HTTP/1.1 503 '));
        const open = askers.filter(({ closed }) => !closed).length;
        checks.that(refused.length === ASKED - SERVED, `${refused.length} were told to come again`);
        checks.that(open === SERVED, `${open} are served`);
        const patient = refused.every(({ said }) => /\r\nretry-after: \d+\r\n/i.test(said));
        checks.that(patient, 'a 503 does not say when to come again');
        const began = performance.now();
        for (const { socket } of askers) socket.destroy();
        const back = await answersWithin(host, RECOVERS_WITHIN_MS);
        checks.that(back, `it does not answer ${Math.round(performance.now() - began)} ms after they left`);
      }),
  },
  {
    name: '1,000 clients that send a byte of a header now and then',
    row: 15,
    long: true,
    run: () =>
      withHost(async (host, checks) => {
        const port = portOf(host);
        const began = performance.now();
        const askers = Array.from({ length: SLOW }, () =>
          ask(port, 'POST /openai/v1/models HTTP/1.1\r\nx-slow: '),
        );
        const drip = setInterval(() => {
          for (const { socket, closed } of askers) if (!closed) socket.write('x');
        }, 1_000);
        const connected = await until(() => askers.every((one) => one.connected), 5_000);
        checks.that(connected !== undefined, 'not all of them were let in');
        const answered = await answersWithin(host, OTHERS_WITHIN_MS);
        checks.that(answered, `nobody else is answered within ${OTHERS_WITHIN_MS} ms`);
        const closed = await until(() => askers.every((one) => one.closed), CLOSED_WITHIN_MS);
        clearInterval(drip);
        const left = askers.filter((one) => !one.closed).length;
        checks.that(
          closed !== undefined,
          `${left} are open after ${Math.round(performance.now() - began)} ms`,
        );
        const told = askers.filter(({ said }) => said.startsWith('HTTP/1.1 408 ')).length;
        checks.that(told === SLOW, `${told} of ${SLOW} were told why`);
        for (const { socket } of askers) socket.destroy();
      }),
  },
];

async function answersWithin(host: RunningHost, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const signal = AbortSignal.timeout(Math.max(1, Math.round(deadline - performance.now())));
    const { ok } = await fetch(`${host.dataPlane}/healthz`, { signal }).catch(() => ({ ok: false }));
    if (ok) return true;
    await sleep(50);
  }
  return false;
}

async function withHost(
  work: (host: RunningHost, checks: Checks) => Promise<void>,
): Promise<readonly string[]> {
  const checks = new Checks();
  const host = await startHost({});
  try {
    await work(host, checks);
    checks.that(await answersWithin(host, 2_000), 'the host does not answer any more');
  } finally {
    await host.stop();
  }
  return checks.problems;
}
