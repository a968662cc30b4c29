import { describe, expect, it } from 'vitest';
import type { SpanId } from '../base/ids.ts';
import { readHar } from './read-har.ts';
import { readAll, spansByName } from './test-source.ts';
import { keepRun, recordItems, saidOf, written, type KeptRun } from './test-record.ts';
import { writeHar } from './write-har.ts';

async function importAll(content: string): Promise<KeptRun> {
  return recordItems((await readAll(readHar, content)).items);
}

const ENTRY = {
  pageref: 'page_1',
  startedDateTime: '2025-01-02T03:04:05.678Z',
  time: 1500.5,
  request: {
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: [{ name: 'content-type', value: 'application/json' }],
    postData: {
      mimeType: 'application/json',
      text: JSON.stringify({ model: 'gpt-x', messages: [{ role: 'user', content: 'Hi '.repeat(3000) }] }),
    },
  },
  response: {
    status: 200,
    statusText: 'OK',
    headers: [],
    content: {
      size: 10,
      mimeType: 'application/json',
      text: '{"choices":[{"message":{"role":"assistant","content":"Hello"}}]}',
    },
    _transferSize: 7,
  },
  timings: { wait: 1400, receive: 100.5 },
  _big: { text: 'x'.repeat(5000) },
};

describe('writeHar', () => {
  it('writes what, imported again, gives the same events', async () => {
    const log = {
      version: '1.2',
      creator: { name: 'x', version: '9' },
      pages: [{ id: 'page_1' }],
      entries: [ENTRY, ENTRY],
    };
    const first = await importAll(JSON.stringify({ log }));
    const text = await written(writeHar(first));
    expect(saidOf(await importAll(text), 'numbered')).toEqual(saidOf(first, 'numbered'));
    const again = JSON.parse(text) as { log: { creator: unknown; pages: unknown; entries: unknown[] } };
    expect(again.log).toMatchObject({ creator: { name: 'x', version: '9' }, pages: [{ id: 'page_1' }] });
    expect(again.log.entries).toMatchObject([ENTRY, ENTRY]);
  });

  it('writes the calls of a run with what was asked and answered', async () => {
    const request = '{"model":"c","messages":[{"role":"user","content":"Hi"}]}';
    const answer = '{"type":"message","role":"assistant","content":[{"type":"text","text":"Hello"}]}';
    const run = keepRun((recorder, clock) => {
      const keep = (text: string) => recorder.keepBody(new TextEncoder().encode(text));
      const call = { spanId: 'eee19b7ec3c1b174' as SpanId, parentSpanId: recorder.rootSpanId };
      recorder.append(
        'call-received',
        {
          dialect: 'anthropic',
          operation: 'messages',
          method: 'POST',
          path: '/messages',
          model: 'c',
          streaming: false,
          attribution: 'prefix',
          headers: { 'content-type': 'application/json' },
          body: keep(request),
        },
        call,
      );
      clock.advance(12);
      recorder.append('call-ended', { outcome: 'ok', status: 200, body: keep(answer) }, call);
    });
    const text = await written(writeHar(run));
    const { log } = JSON.parse(text) as { log: { version: string; entries: unknown[] } };
    expect(log).toMatchObject({
      version: '1.2',
      entries: [
        {
          time: 12,
          request: { method: 'POST', postData: { text: request } },
          response: { status: 200, content: { text: answer } },
          timings: { send: 0, wait: 12, receive: 0 },
        },
      ],
    });
    const span = spansByName(await readAll(readHar, text)).get('chat c');
    expect(span?.attributes).toContainEqual(['gen_ai.provider.name', 'anthropic']);
  });
});
