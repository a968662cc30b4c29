import { describe, expect, it } from 'vitest';
import { mapSpan } from '../journal/genai-mapping.ts';
import { readHar } from './read-har.ts';
import { readAll, refusalOf, spansByName } from './test-source.ts';

const CHAT = {
  startedDateTime: '2025-01-02T03:04:05.678Z',
  time: 1500.5,
  request: {
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions?key=sk-secret&x=1',
    httpVersion: 'HTTP/2',
    cookies: [{ name: 'c', value: 'secret' }],
    headers: [
      { name: 'Authorization', value: 'Bearer sk-secret' },
      { name: 'content-type', value: 'application/json' },
      { name: 'traceparent', value: '00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01' },
    ],
    queryString: [{ name: 'key', value: 'sk-secret' }],
    postData: {
      mimeType: 'application/json',
      text: '{"model":"gpt-x","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}',
    },
  },
  response: {
    status: 200,
    statusText: 'OK',
    headers: [{ name: 'set-cookie', value: 'secret' }],
    content: {
      size: 10,
      mimeType: 'application/json',
      text: '{"id":"r1","model":"gpt-x-1","choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}',
    },
  },
  cache: {},
  timings: { send: 1, wait: 1400, receive: 99.5 },
  _initiator: 'script',
};
const har = (...entries: readonly unknown[]) =>
  JSON.stringify({ log: { version: '1.2', creator: { name: 'x', version: '1' }, entries, pages: [] } });

describe('readHar', () => {
  it('makes spans of the calls of models, with what was said, and counts what else there is', async () => {
    const page = { ...CHAT, request: { method: 'GET', url: 'https://example.com/', headers: [] } };
    const read = await readAll(readHar, har(page, CHAT));
    expect([...spansByName(read).keys()]).toEqual(['chat gpt-x']);
    expect(read.warnings.find(({ code }) => code === 'left-out')).toMatchObject({
      count: 1,
      example: 'https://example.com/',
    });
    const span = spansByName(read).get('chat gpt-x')!;
    expect(span).toMatchObject({
      traceId: '5b8efff798038103d269b633813fc60c',
      parentSpanId: 'eee19b7ec3c1b174',
      startTimeUnixNano: 1735787045678000000n,
      endTimeUnixNano: 1735787047178500000n,
    });
    const { meaning, input, output } = mapSpan({ attributes: span.attributes, events: [] });
    expect(meaning).toMatchObject({
      activity: 'llm',
      provider: 'openai',
      model: 'gpt-x',
      answeredModel: 'gpt-x-1',
      usage: { input: 3, output: 2 },
      finishReason: 'stop',
    });
    expect(input?.value).toMatchObject({
      tools: [{ type: 'function' }],
      messages: [{ role: 'user', parts: [{ type: 'text', content: 'Hi' }] }],
    });
    expect(output?.value).toMatchObject({ messages: [{ role: 'assistant' }] });
    expect(span.attributes).toContainEqual(['har._initiator', 'script']);
  });

  it('takes out what is secret', async () => {
    const { items } = await readAll(readHar, har(CHAT));
    const text = JSON.stringify(items, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).not.toContain('secret');
    expect(text).toContain('key=[removed]&x=1');
  });

  it('puts a stream together, also one in base64', async () => {
    const events = [
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m","role":"assistant","model":"c","usage":{"input_tokens":4}}}\n\n',
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
      'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hé"}}\n\n',
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ].join('');
    const stream = {
      ...CHAT,
      request: {
        ...CHAT.request,
        url: 'https://api.anthropic.com/v1/messages',
        postData: { text: '{"model":"c","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}' },
      },
      response: {
        status: 200,
        content: {
          mimeType: 'text/event-stream',
          encoding: 'base64',
          text: Buffer.from(events).toString('base64'),
        },
      },
    };
    const span = spansByName(await readAll(readHar, har(stream))).get('chat c')!;
    const { meaning, output } = mapSpan({ attributes: span.attributes, events: [] });
    expect(meaning).toMatchObject({ provider: 'anthropic', firstTokenMs: 1401 });
    expect(output?.value).toEqual({
      messages: [{ role: 'assistant', parts: [{ type: 'text', content: 'Hé' }] }],
    });
  });

  it('marks what failed, and what it cannot read it keeps as it is', async () => {
    const failed = {
      ...CHAT,
      request: {
        ...CHAT.request,
        url: 'https://g.example/v1beta/models/gemini-x:generateContent',
        postData: { text: '{"contents":[]}' },
      },
      response: { status: 503, statusText: 'Busy', content: { text: 'try later' } },
    };
    const span = spansByName(await readAll(readHar, har(failed))).get('generate_content gemini-x')!;
    expect(span.status).toEqual({ code: 2, message: 'Busy' });
    expect(span.attributes).toContainEqual(['output.value', 'try later']);
  });

  it('says where a file is damaged', async () => {
    expect(await refusalOf(readHar, '{"log":{"entries":[{"request":{}}]}}')).toBe(
      'An entry has no "request.url" or no "startedDateTime" at 1:20',
    );
    expect(await refusalOf(readHar, '{"log":{"entries":[{"request":{')).toMatch(
      /^The file ends in the middle/,
    );
  });
});
