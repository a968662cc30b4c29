import { setTimeout as sleep } from 'node:timers/promises';
import type { SpanList } from '../../core/api/contract.ts';
import { request } from '../../core/api/client.ts';
import { startHost, type RunningHost } from '../../e2e/support/host.ts';
import { startHostileUpstream } from '../hostile-upstream.ts';
import { ask } from '../matrix/ask.ts';
import { chunk, LAST_CHUNK, STREAM_HEAD } from '../matrix/http-bytes.ts';
import { LANES } from '../matrix/protocols.ts';
import { Checks, oneInstance, QUESTION, startRun, type Scenario } from './scenario.ts';

const HOUR = 3_600_000;
const CHAT = LANES[0]!.client;
const WAIT_MS = 400;
/** Of the whole stream, with a busy machine. */
const LONGEST_MS = 20_000;

/** Row 13: what waits for time waits by the monotonic clock, and nothing is put in order by the wall clock. */
export const CLOCK: readonly Scenario[] = [
  {
    name: 'the clock jumps by an hour, and back by two, in a stream',
    row: 13,
    async run() {
      const checks = new Checks();
      const events = CHAT.events('whole').flatMap((event) => [{ send: chunk(event) }, { waitMs: WAIT_MS }]);
      const upstream = await startHostileUpstream({
        answer: () => [{ send: STREAM_HEAD }, ...events, { send: LAST_CHUNK }],
      });
      const config = oneInstance(`http://127.0.0.1:${upstream.port}/v1`);
      const host = await startHost({ config, probed: true });
      try {
        const path = await startRun(host);
        const url = `${host.dataPlane}${path}/openai/v1/chat/completions`;
        const asked = ask({ url, headers: {}, body: JSON.stringify(QUESTION), patienceMs: LONGEST_MS });
        for (const jumpMs of [HOUR, -2 * HOUR, HOUR]) {
          await sleep(WAIT_MS * 1.5);
          await host.probe({ collect: false, jumpMs });
        }
        const view = await asked;
        checks.that(view.body.includes('[DONE]'), `the stream ended ${view.end} with ${view.status}`);
        const spans = await spansOf(host, path.slice('/r/'.length));
        for (const { kind, startedAt, endedAt, status } of spans) {
          if (kind !== 'call' && kind !== 'attempt') continue;
          checks.that(status === 'ok', `the ${kind} is ${status}`);
          const millis = ((endedAt ?? Number.NaN) - startedAt) / 1_000_000;
          checks.that(millis > 0 && millis < LONGEST_MS, `the ${kind} took ${millis} ms`);
        }
        checks.that(spans.length >= 3, `the run has ${spans.length} spans`);
        const again = await ask({ url, headers: {}, body: JSON.stringify(QUESTION), patienceMs: LONGEST_MS });
        checks.that(again.body.includes('[DONE]'), `the next call ended ${again.end} with ${again.status}`);
      } finally {
        await host.stop();
        await upstream.close();
      }
      return checks.problems;
    },
  },
];

/** Of the run, once its call has an end: that is written a moment after the client has it. */
async function spansOf(host: RunningHost, run: string): Promise<SpanList['spans']> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const { spans } = await request<SpanList>(host.api, `/api/runs/${run}/spans`);
    const isOver = spans.some(({ kind, status }) => kind === 'call' && status !== 'running');
    if (isOver || performance.now() > deadline) return spans;
    await sleep(20);
  }
}
