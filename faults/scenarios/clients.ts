import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { wireRequest } from '../../bench/support/load.ts';
import { startHost } from '../../e2e/support/host.ts';
import { startHostileUpstream, type Act } from '../hostile-upstream.ts';
import { chunk, STREAM_HEAD } from '../matrix/http-bytes.ts';
import { Checks, oneInstance, portOf, QUESTION, startRun, until, type Scenario } from './scenario.ts';

const MEBIBYTE = 1024 * 1024;
/** What of a stream may be on its way: 1 MiB with us, the rest in the kernel's buffers of two connections. */
const MOST_TAKEN = 16 * MEBIBYTE;
const LEAVES_WITHIN_MS = 1_000;

/** Row 12, and what a client does while the provider drips. */
export const CLIENTS: readonly Scenario[] = [
  {
    name: 'client that takes nothing, and then leaves',
    row: 12,
    async run() {
      const piece = chunk(`data: {"choices":[{"index":0,"delta":{"content":"${'x'.repeat(65_536)}"}}]}\n\n`);
      return withStream(
        [{ send: STREAM_HEAD }, { flood: piece, times: 4_096 }],
        async (client, seen, checks) => {
          client.pause();
          await sleep(2_000);
          const { taken } = seen();
          checks.that(taken > 0, 'nothing was streamed at all');
          checks.that(taken < MOST_TAKEN, `${Math.round(taken / MEBIBYTE)} MiB were taken for nobody`);
        },
      );
    },
  },
  {
    name: 'client that leaves while nothing comes',
    row: 3,
    run: () => withStream([{ send: STREAM_HEAD }, 'hang'], () => sleep(300)),
  },
  {
    name: 'client that leaves before the headers',
    row: 2,
    run: () => withStream(['hang'], () => sleep(300)),
  },
];

/** Asks for a stream, does something, and leaves: the provider must see that at once. */
async function withStream(
  acts: readonly Act[],
  work: (client: Socket, seen: () => { readonly taken: number }, checks: Checks) => Promise<void>,
): Promise<readonly string[]> {
  const checks = new Checks();
  const upstream = await startHostileUpstream({ answer: () => acts });
  const host = await startHost({ config: oneInstance(`http://127.0.0.1:${upstream.port}/v1`) });
  const client = connect(portOf(host), '127.0.0.1');
  try {
    client.on('error', () => undefined);
    const path = `${await startRun(host)}/openai/v1/chat/completions`;
    client.write(wireRequest(portOf(host), path, {}, QUESTION));
    const asked = await until(() => upstream.seen('/').length > 0, 5_000);
    checks.that(asked !== undefined, 'the provider was never asked');
    if (asked === undefined) return checks.problems;
    const seen = upstream.seen('/')[0]!;
    await work(client, () => seen, checks);
    client.destroy();
    const left = await until(() => seen.leftAt !== undefined, LEAVES_WITHIN_MS);
    checks.that(left !== undefined, `the provider was not left within ${LEAVES_WITHIN_MS} ms`);
  } finally {
    client.destroy();
    await host.stop();
    await upstream.close();
  }
  return checks.problems;
}
