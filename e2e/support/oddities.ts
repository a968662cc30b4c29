import { gzipSync } from 'node:zlib';
import type { CallSpan } from '../../core/journal/run-state.ts';

/** What HTTP allows and services do, although hardly a test of a client would think of it: it passes as it is. */
export interface Oddity {
  readonly name: string;
  readonly method?: string;
  /** Below the base URL. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The answer as it is on the wire. */
  readonly answer: readonly (string | Uint8Array)[];
  /** The connection ends with it. */
  readonly closes?: true;
  /** What the journal says of it, where it says anything of such a path. */
  readonly told?: Partial<CallSpan>;
}

export const CHAT = '/chat/completions';
const ask = (more: object = {}) =>
  JSON.stringify({ model: 'raw', messages: [{ role: 'user', content: 'hi ☃' }], ...more });
const whole = (more: object = {}) =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'raw-1',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Twelve signs' }, finish_reason: 'stop' }],
    ...more,
  });
const usage = { prompt_tokens: 7, completion_tokens: 3 };
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const piece = (content: string) => event({ model: 'raw-1', choices: [{ index: 0, delta: { content } }] });
const EVENTS = [
  piece('Twelve '),
  piece('signs ☃'),
  event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  event({ choices: [], usage }),
  'data: [DONE]\n\n',
];
const STREAM = EVENTS.join('');

const head = (status: string, ...headers: readonly string[]) =>
  ['HTTP/1.1 ' + status, ...headers, '', ''].join('\r\n');
const json = (body: string | Uint8Array, ...headers: readonly string[]) => [
  head('200 OK', 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`, ...headers),
  body,
];
const chunk = (bytes: string | Uint8Array, more = '') => [
  `${Buffer.byteLength(bytes).toString(16)}${more}\r\n`,
  bytes,
  '\r\n',
];
const sse = (pieces: readonly (string | Uint8Array)[], ...headers: readonly string[]) => [
  head('200 OK', 'content-type: text/event-stream', 'transfer-encoding: chunked', ...headers),
  ...pieces.flatMap((one) => chunk(one)),
  '0\r\n\r\n',
];

const COUNTED = { status: 'ok', usage: { input: 7, output: 3 }, answeredModel: 'raw-1' } as const;
const READ = { ...COUNTED, verdict: 'complete', finishReason: 'stop' } as const;
const streamed = { path: CHAT, body: ask({ stream: true }) };
const asked = { path: CHAT, body: ask() };

export const ODDITIES: readonly Oddity[] = [
  {
    name: 'HEAD, with a length and nothing behind it',
    method: 'HEAD',
    path: '/files/1',
    answer: [json('{"a":1}')[0]!],
  },
  { name: '204', method: 'DELETE', path: '/files/1', answer: [head('204 No Content', 'x-odd: 1')] },
  {
    name: '304 for what the client has',
    method: 'GET',
    path: '/files/1',
    headers: { 'if-none-match': '"x"' },
    answer: [head('304 Not Modified', 'etag: "x"')],
  },
  {
    name: '200 without a body',
    method: 'GET',
    path: '/files/1',
    answer: [head('200 OK', 'content-length: 0')],
  },
  {
    name: '202 with a place to look',
    path: '/batches',
    answer: [head('202 Accepted', 'location: /v1/batches/1', 'content-length: 0')],
  },
  {
    name: 'PATCH, with an encoded path and a query that repeats itself',
    method: 'PATCH',
    path: '/evals/a%2Fb%20c?x=1&y=%20&x=2',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: '{"a": null}',
    answer: json('{}'),
  },
  { name: 'DELETE with a body', method: 'DELETE', path: '/files', body: '{"all":true}', answer: json('{}') },
  {
    name: 'PUT of bytes, answered with bytes',
    method: 'PUT',
    path: '/uploads/1/parts',
    headers: { 'content-type': 'application/octet-stream' },
    body: Uint8Array.from({ length: 256 }, (_, index) => index),
    answer: [
      head('200 OK', 'content-type: audio/mpeg', 'content-length: 256'),
      Uint8Array.from({ length: 256 }, (_, index) => 255 - index),
    ],
  },
  {
    name: 'a body sent in chunks',
    path: CHAT,
    headers: { 'transfer-encoding': 'chunked' },
    body: ask(),
    answer: json(whole({ usage })),
    told: COUNTED,
  },
  { name: 'a whole answer', ...asked, answer: json(whole({ usage })), told: COUNTED },
  {
    name: 'a whole answer without its usage',
    ...asked,
    answer: json(whole()),
    // Four bytes a token, and what is put around a message.
    told: { status: 'ok', usage: { input: 9, output: 3, estimated: true } },
  },
  {
    name: 'a whole answer up to the end of the connection',
    ...asked,
    closes: true,
    answer: [`${head('200 OK', 'content-type: application/json').replace('1.1', '1.0')}${whole({ usage })}`],
    told: COUNTED,
  },
  {
    name: 'a whole answer in single bytes',
    ...asked,
    answer: [
      json('')[0]!
        .toString()
        .replace('length: 0', `length: ${whole({ usage }).length}`),
      ...Array.from(whole({ usage })),
    ],
    told: COUNTED,
  },
  {
    name: 'a whole answer without a type',
    ...asked,
    answer: [head('200 OK', `content-length: ${whole({ usage }).length}`), whole({ usage })],
    told: COUNTED,
  },
  {
    name: 'a whole answer in gzip',
    ...asked,
    answer: json(gzipSync(whole({ usage })), 'content-encoding: gzip'),
    told: { status: 'ok' },
  },
  {
    name: 'a whole answer that is no JSON',
    ...asked,
    answer: [head('200 OK', 'content-type: text/html', 'content-length: 13'), '<p>hello</p>\n'],
    told: { status: 'ok', unparsed: 1 },
  },
  {
    name: 'a whole answer with a mark of the byte order',
    ...asked,
    answer: json(`\ufeff${whole({ usage })}`),
    told: { status: 'ok' },
  },
  {
    name: 'a status that nobody knows',
    ...asked,
    answer: [head('299 Quite Fine', 'content-length: 2'), '{}'],
    told: { status: 'ok', httpStatus: 299 },
  },
  {
    name: 'headers that repeat themselves, and one that is no ASCII',
    ...asked,
    answer: json(
      whole({ usage }),
      'set-cookie: a=1',
      'set-cookie: b=2',
      'x-a: 1',
      'X-A: 2',
      'x-odd: h\u00c3\u00a9llo',
    ),
    told: COUNTED,
  },
  { name: 'JSON where a stream was asked for', ...streamed, answer: json(whole({ usage })), told: READ },
  {
    name: 'JSON that is called a stream',
    ...streamed,
    answer: sse([whole({ usage })]),
    told: READ,
  },
  { name: 'a stream where JSON was asked for', ...asked, answer: sse(EVENTS), told: READ },
  {
    name: 'a stream that is called JSON',
    ...streamed,
    answer: [
      head('200 OK', 'content-type: application/json', 'transfer-encoding: chunked'),
      ...EVENTS.flatMap((one) => chunk(one)),
      '0\r\n\r\n',
    ],
    told: READ,
  },
  { name: 'a stream', ...streamed, answer: sse(EVENTS), told: READ },
  {
    name: 'a stream in single bytes',
    ...streamed,
    answer: sse(Array.from(Buffer.from(STREAM), (byte) => Uint8Array.of(byte))),
    told: READ,
  },
  { name: 'a stream all at once', ...streamed, answer: [sse([STREAM]).map(String).join('')], told: READ },
  {
    name: 'a stream up to the end of the connection',
    ...streamed,
    closes: true,
    answer: [head('200 OK', 'content-type: text/event-stream').replace('1.1', '1.0'), STREAM],
    told: READ,
  },
  {
    name: 'a stream with extensions of its chunks',
    ...streamed,
    answer: [
      head('200 OK', 'content-type: text/event-stream', 'transfer-encoding: chunked'),
      ...chunk(STREAM, ';name="a;b"'),
      '0\r\n\r\n',
    ],
    told: READ,
  },
  {
    name: 'a stream whose type is written otherwise',
    ...streamed,
    answer: sse(EVENTS).map((one, index) =>
      index === 0 ? String(one).replace('text/event-stream', 'Text/Event-Stream;Charset=UTF-8') : one,
    ),
    told: READ,
  },
  {
    name: 'a stream with lone CRs and a mark of the byte order',
    ...streamed,
    answer: sse([`\ufeff${STREAM.replaceAll('\n', '\r')}`]),
    told: READ,
  },
  {
    name: 'a stream after 70 kB of comments',
    ...streamed,
    answer: sse([`: ${'-'.repeat(70_000)}\n\n`, STREAM]),
    told: READ,
  },
  {
    name: 'a stream with ids, times to wait and fields of its own',
    ...streamed,
    answer: sse(['retry: 10\nid: 1\nodd: 1\n\n', ...EVENTS.map((one) => `id: 7\nevent: message\n${one}`)]),
    told: READ,
  },
  {
    name: 'a stream with an event of 3 MB',
    ...streamed,
    answer: sse([...EVENTS.slice(0, 1), event({ odd: 'x'.repeat(3_000_000) }), ...EVENTS.slice(1)]),
    told: { ...READ, unparsed: 1 },
  },
  {
    name: 'a stream whose last event lacks its blank line',
    ...streamed,
    answer: sse([STREAM.trimEnd()]),
    told: READ,
  },
  { name: 'a stream without [DONE]', ...streamed, answer: sse(EVENTS.slice(0, -1)), told: READ },
  {
    name: 'a stream without its usage',
    ...streamed,
    answer: sse([...EVENTS.slice(0, 3), 'data: [DONE]\n\n']),
    told: { ...READ, usage: { input: 9, output: 4, estimated: true } },
  },
  {
    name: 'a stream in gzip',
    ...streamed,
    answer: sse([gzipSync(STREAM)], 'content-encoding: gzip'),
    told: { status: 'ok', verdict: 'complete' },
  },
  {
    name: 'a stream of lines',
    ...streamed,
    path: '/other',
    answer: [
      head('200 OK', 'content-type: application/x-ndjson', 'transfer-encoding: chunked'),
      ...chunk('{"a":1}\n'),
      ...chunk('{"a":2}\n'),
      '0\r\n\r\n',
    ],
  },
];
