import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpanDetail } from '../core/api/contract.ts';
import { request } from '../core/api/client.ts';
import { startHost, type RunningHost } from './support/host.ts';
import {
  configFor,
  startScriptedUpstream,
  STREAM_HEADERS,
  streamedCompletion,
  wholeCompletion,
  type ScriptedAnswer,
  type ScriptedUpstream,
} from './support/scripted-upstream.ts';

// Spacing, order, unknown fields and comments that no parser would give back as they were.
const ODD_WHOLE = `{ "unknown_to_us" : [1.0, 1e3],\n "unicode":"\\u00e9é☃",${wholeCompletion('raw', 'Ünïcode ☃').slice(1)}\n\n`;
const ODD_STREAM = [': keep-alive\r\n\r\n', ...streamedCompletion('raw', ['Snow ', '☃', ' falls'])];

/** The same bytes in pieces that break events and characters apart. */
function inPieces(text: string, size: number): readonly Uint8Array[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

let answer: ScriptedAnswer = { chunks: [] };
let second: ScriptedAnswer | undefined;
let upstream: ScriptedUpstream;
let backup: ScriptedUpstream;
let host: RunningHost;

beforeAll(async () => {
  upstream = await startScriptedUpstream(() => answer);
  backup = await startScriptedUpstream(() => second ?? answer);
  const refused =
    '[providers.nobody]\nendpoint = "http://127.0.0.1:9/v1"\n[instances.nobody]\nprovider = "nobody"\nmodel = "absent"\n';
  host = await startHost({ config: `${configFor([upstream.baseUrl, backup.baseUrl])}\n${refused}` });
});
afterAll(async () => {
  await host?.stop();
  await upstream?.close();
  await backup?.close();
});

/** The unchanged SDK, with its bytes written down on their way in. */
function client(options: { readonly apiKey?: string } = {}) {
  const received = { bytes: Buffer.alloc(0), sent: '', run: '', call: '' };
  let complete: Promise<void> = Promise.resolve();
  const openai = new OpenAI({
    baseURL: `${host.dataPlane}/openai/v1`,
    apiKey: options.apiKey ?? host.clientToken,
    maxRetries: 0,
    async fetch(input, init) {
      received.sent = typeof init?.body === 'string' ? init.body : '';
      const response = await fetch(input, init);
      const [forUs, forTheSdk] = response.body!.tee();
      complete = new Response(forUs).arrayBuffer().then((bytes) => {
        received.bytes = Buffer.from(bytes);
      });
      const { status, headers } = response;
      received.run = headers.get('x-signalbox-run') ?? '';
      received.call = headers.get('x-signalbox-call') ?? '';
      return new Response(forTheSdk, { status, headers });
    },
  });
  const bytes = async () => {
    await complete;
    return received.bytes.toString();
  };
  /** What is recorded of the newest call of this client. */
  const recorded = () => request<SpanDetail>(host.api, `/api/runs/${received.run}/spans/${received.call}`);
  const status = async () => (await recorded()).span.status;
  return { openai, bytes, sent: () => received.sent, recorded, status };
}

const messages = [{ role: 'user' as const, content: 'How is the weather, ☃?' }];

describe('the official openai SDK', () => {
  it('gets a whole answer byte for byte, and its request reaches the upstream byte for byte', async () => {
    answer = { chunks: [ODD_WHOLE] };
    const { openai, bytes, sent } = client();
    const completion = await openai.chat.completions.create({ model: 'up0/raw', messages });
    expect(completion.choices[0]?.message.content).toBe('Ünïcode ☃');
    expect(await bytes()).toBe(ODD_WHOLE);
    const seen = upstream.seen.at(-1)!;
    expect(seen.path).toBe('/v1/chat/completions');
    expect(JSON.parse(seen.body)).toEqual({ ...(JSON.parse(sent()) as object), model: 'raw' });
    expect(seen.body).toBe(sent().replace('up0/raw', 'raw'));
    expect(seen.headers.authorization ?? '').not.toContain(host.clientToken);
  });

  it.each([1, 7, 4096])('gets a streamed answer byte for byte, written in pieces of %i', async (size) => {
    const text = ODD_STREAM.join('');
    answer = { headers: STREAM_HEADERS, chunks: inPieces(text, size) };
    const { openai, bytes } = client();
    const stream = await openai.chat.completions.create({ model: 'up0/raw', messages, stream: true });
    let said = '';
    for await (const chunk of stream) said += chunk.choices[0]?.delta.content ?? '';
    expect(said).toBe('Snow ☃ falls');
    expect(await bytes()).toBe(text);
  });

  it('gets the parts of a stream as they come', async () => {
    answer = {
      headers: STREAM_HEADERS,
      chunks: streamedCompletion('raw', ['a', 'b', 'c', 'd']),
      pauseMillis: 120,
    };
    const stream = await client().openai.chat.completions.create({
      model: 'up0/raw',
      messages,
      stream: true,
    });
    const started = performance.now();
    let first: number | undefined;
    for await (const chunk of stream) if (chunk.choices.length > 0) first ??= performance.now() - started;
    const whole = performance.now() - started;
    expect(first).toBeLessThan(whole / 2);
  });

  it('is retried at another instance, and told nothing of it', async () => {
    answer = { status: 503, chunks: ['{"error":{"message":"overloaded"}}'] };
    second = { chunks: [wholeCompletion('raw', 'from the other')] };
    const before = [upstream.seen.length, backup.seen.length] as const;
    const contents = [];
    for (let turn = 0; turn < 2; turn++) {
      const completion = await client().openai.chat.completions.create({ model: 'scripted', messages });
      contents.push(completion.choices[0]?.message.content);
    }
    expect(contents).toEqual(['from the other', 'from the other']);
    expect(upstream.seen.length).toBeGreaterThan(before[0]);
    expect(backup.seen.length - before[1]).toBe(2);
    second = undefined;
  });

  it('gets an error of the upstream as the upstream said it', async () => {
    const body =
      '{ "error": {"message":"too long", "type":"invalid_request_error","code":"context_length_exceeded"} }';
    answer = { status: 400, chunks: [body] };
    const { openai, bytes } = client();
    await expect(openai.chat.completions.create({ model: 'up0/raw', messages })).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    });
    expect(await bytes()).toBe(body);
  });

  it('never takes a broken stream for a whole one', async () => {
    answer = {
      headers: STREAM_HEADERS,
      chunks: streamedCompletion('raw', ['half ', 'of it']).slice(0, 2),
      breakOff: true,
    };
    const { openai, status } = client();
    const read = async () => {
      const stream = await openai.chat.completions.create({
        model: 'up0/raw',
        messages,
        stream: true,
      });
      for await (const chunk of stream) void chunk;
    };
    await expect(read()).rejects.toBeInstanceOf(Error);
    await expect.poll(status).toBe('error');
  });

  it('sees the models', async () => {
    const models = await client().openai.models.list();
    expect(models.data.map(({ id }) => id)).toContain('scripted');
  });
});

describe("what cannot be done is said in OpenAI's own shape", () => {
  const post = (body: string, path = '/openai/v1/chat/completions') =>
    fetch(`${host.dataPlane}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${host.clientToken}` },
      body,
    });
  const cases = [
    ['a malformed request', '{"model": "raw", ', 400, /JSON/i],
    ['an unknown model', '{"model":"no-such-model","messages":[]}', 404, /no-such-model/],
    ['an upstream that refuses', '{"model":"absent","messages":[]}', 502, /127\.0\.0\.1:9/],
  ] as const;
  it.each(cases)('%s', async (_, body, status, words) => {
    const response = await post(body);
    const answered = (await response.json()) as { error: { message: string; type: string; code: string } };
    expect(response.status).toBe(status);
    expect(answered.error.message).toMatch(words);
    expect(answered.error).toMatchObject({ type: expect.any(String), code: expect.any(String) });
  });
});

describe('the recording', () => {
  it('holds both bodies as they were on the wire', async () => {
    answer = { headers: STREAM_HEADERS, chunks: ODD_STREAM };
    const { openai, sent, recorded, status } = client();
    const stream = await openai.chat.completions.create({ model: 'up0/raw', messages, stream: true });
    for await (const chunk of stream) void chunk;
    await expect.poll(status).toBe('ok');
    const { request: asked, response } = await recorded();
    expect(asked?.text).toBe(sent());
    expect(response?.text).toBe(ODD_STREAM.join(''));
  });

  it("never holds the client's key", async () => {
    const key = `sk-${createHash('sha256').update('a key of an agent').digest('hex')}`;
    answer = { chunks: [ODD_WHOLE] };
    const { openai, status } = client({ apiKey: key });
    await openai.chat.completions.create({ model: 'up0/raw', messages });
    await expect.poll(status).toBe('ok');
    for (const file of readdirSync(host.dataDir, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const bytes = readFileSync(join(file.parentPath, file.name));
      expect(bytes.includes(key), `${file.name} holds the key`).toBe(false);
    }
  });
});
