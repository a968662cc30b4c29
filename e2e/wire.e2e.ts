import { request as send, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../core/api/client.ts';
import type { SpanDetail, StartedRun } from '../core/api/contract.ts';
import type { CallSpan } from '../core/journal/run-state.ts';
import { startHostileUpstream, type Act, type HostileUpstream } from '../faults/hostile-upstream.ts';
import { startHost, type RunningHost } from './support/host.ts';
import { CHAT, ODDITIES, type Oddity } from './support/oddities.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: readonly string[];
  /** A character for each byte. */
  readonly body: string;
  readonly run: string;
  readonly call: string;
}

/** Of the connection, or of whoever answered last. */
const OF_THE_HOP = /^(?:connection|keep-alive|transfer-encoding|date|x-signalbox-[a-z]+):/;

async function fetchRaw(base: string, oddity: Oddity, key: string): Promise<Answer> {
  const { method = 'POST', path = '', body, headers = {} } = oddity;
  const isChunked = 'transfer-encoding' in headers;
  const sent = send(`${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(body !== undefined && !isChunked && { 'content-length': `${Buffer.byteLength(body)}` }),
      ...headers,
    },
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
    sent.end(body);
  });
  const pieces: Buffer[] = [];
  for await (const bytes of response) pieces.push(bytes as Buffer);
  const lines = response.rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name.toLowerCase()}: ${response.rawHeaders[index + 1]}`] : [],
  );
  return {
    status: response.statusCode,
    headers: lines.filter((line) => !OF_THE_HOP.test(line)).toSorted(),
    body: Buffer.concat(pieces).toString('latin1'),
    run: String(response.headers['x-signalbox-run']),
    call: String(response.headers['x-signalbox-call']),
  };
}

const KEY = 'sk-own-000000000000';
let playing: Oddity = ODDITIES[0]!;
let upstream: HostileUpstream;
let passing: RunningHost;
let routing: RunningHost;
let alone = '';
/** The base URL of a run whose agent has a key of its own. */
let own = '';

beforeAll(async () => {
  const answer = (): readonly Act[] => [
    { drip: playing.answer, everyMs: 0 },
    ...(playing.closes ? (['end'] as const) : []),
  ];
  upstream = await startHostileUpstream({ answer });
  alone = `http://127.0.0.1:${upstream.port}/v1`;
  const config = `[providers.up]\nendpoint = "${alone}"\n[instances.up]\nprovider = "up"\nmodel = "raw"\n`;
  [passing, routing] = await Promise.all([startHost({}), startHost({ config })]);
  const { environment } = await request<StartedRun>(passing.api, '/api/runs', {
    method: 'POST',
    body: { name: 'odd', passThrough: { openai: alone } },
  });
  own = environment['OPENAI_BASE_URL']!;
});
afterAll(async () => {
  await Promise.all([passing?.stop(), routing?.stop()]);
  await upstream?.close();
});

/** What the client gets, and what the service saw of it. */
async function exchange(base: string, oddity: Oddity, key = KEY) {
  playing = oddity;
  const { run, call, ...answer } = await fetchRaw(base, oddity, key);
  const { method, path, body } = upstream.seen('/').at(-1)!;
  // We know how long it is when we send it on.
  const isChunked = oddity.headers?.['transfer-encoding'] === 'chunked';
  return { run, call, answer, sent: { method, path, body: isChunked ? oddity.body : body } };
}

/** What the journal says of a call that has ended. */
async function toldOf({ api }: RunningHost, run: string, call: string): Promise<CallSpan> {
  const told = async () =>
    (await request<SpanDetail>(api, `/api/runs/${run}/spans/${call}`)).span as CallSpan;
  await expect.poll(async () => (await told()).status).not.toBe('running');
  return told();
}

describe('what HTTP allows passes as it is', () => {
  it.each(ODDITIES)('$name, with a key of its own', async (oddity) => {
    const direct = await exchange(alone, oddity);
    const { run, call, ...through } = await exchange(own, oddity);
    expect(through).toEqual({ answer: direct.answer, sent: direct.sent });
    const told = await toldOf(passing, run, call);
    expect(told).toMatchObject({ status: 'ok', ...oddity.told });
    expect(told.responseBody?.bytes).toBe(direct.answer.body.length);
  });

  it.each(ODDITIES.filter(({ path }) => path === CHAT))('$name, from what is configured', async (oddity) => {
    const direct = await exchange(alone, oddity);
    const base = `${routing.dataPlane}/openai/v1`;
    const { run, call, ...through } = await exchange(base, oddity, routing.clientToken);
    expect(through).toEqual({ answer: direct.answer, sent: direct.sent });
    expect(await toldOf(routing, run, call)).toMatchObject({ status: 'ok', ...oddity.told });
  });
});
