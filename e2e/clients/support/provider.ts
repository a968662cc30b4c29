import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  startScriptedUpstream,
  type ScriptedAnswer,
  type ScriptedUpstream,
  type SeenRequest,
} from '../../support/scripted-upstream.ts';
import { SEARCH, streamedMessage, wholeMessage } from './anthropic-recordings.ts';
import { streamedChat, wholeChat } from './chat-recordings.ts';
import { recordedError } from './error-recordings.ts';
import { streamedResponse, wholeResponse } from './responses-recordings.ts';
import { idOf, type Said } from './said.ts';

export interface Provider extends ScriptedUpstream {
  /** Every scene begins again. */
  forget(): void;
}

/**
 * A service that speaks OpenAI's and Anthropic's API. What it does is in the prompt: `[[tools]]` plays the scene "tools".
 * Nothing that it answers depends on anything but the request and how often the scene was asked for.
 */
export async function startProvider(): Promise<Provider> {
  const asked = new Map<string, number>();
  const upstream = await startScriptedUpstream((request) => {
    const scene = sceneOf(request);
    const place = `${request.path} ${scene}`;
    const times = (asked.get(place) ?? 0) + 1;
    asked.set(place, times);
    return answerTo(request, scene, times);
  });
  return { ...upstream, forget: () => asked.clear() };
}

/** Its path, where the request names none. */
export function sceneOf({ body, path }: SeenRequest): string {
  return /\[\[([a-z0-9-]+)\]\]/.exec(body)?.[1] ?? path;
}

const TEXT = 'Né 🚦 the signal is “red”.\n\tThen it turns 绿, and we go \\o/.';
const PARALLEL: Said['calls'] = [
  { name: 'weather', input: { city: 'Paris', unit: 'C' } },
  { name: 'weather', input: { city: 'Tōkyō "東京"', unit: 'C' } },
];

/** What is said in each scene: at first, and after the tools have answered. */
const SCENES: Readonly<Record<string, readonly [first: Said, then?: Said]>> = {
  text: [{ text: TEXT }],
  cached: [{ text: TEXT, cached: true }],
  thoughts: [{ thoughts: 'The user wants to cross. Néver on red 🚦.', text: TEXT }],
  tools: [{ text: 'Let me look.', calls: PARALLEL }, { text: 'Paris 18 °C, Tōkyō 24 °C.' }],
  'only-tools': [{ calls: PARALLEL }, { text: 'Paris 18 °C, Tōkyō 24 °C.' }],
  'thoughtful-tools': [
    { thoughts: 'A tool knows 🚦.', calls: [{ name: 'weather', input: { city: 'Paris', unit: 'C' } }] },
    { text: '18 °C in Paris.' },
  ],
  'no-arguments': [{ calls: [{ name: 'now', input: {} }] }, { text: 'It is noon.' }],
  handoff: [{ calls: [{ name: 'transfer_to_Forecaster', input: {} }] }, { text: 'The forecaster speaks.' }],
  json: [{ text: '{"city":"Paris","celsius":18}' }],
  refused: [{ refusal: 'I’m sorry, I can’t help with that.' }],
  'too-long': [{ text: TEXT.repeat(3), stop: 'length' }],
  filtered: [{ text: 'I', stop: 'filtered' }],
  // Beyond what is read along of one event, and of all that a client may keep in one piece.
  huge: [{ text: TEXT.repeat(500) }],
};

function answerTo(request: SeenRequest, scene: string, times: number): ScriptedAnswer {
  const family = /\/messages(?:\/|\?|$)/.test(request.path) ? 'anthropic' : 'openai';
  const error = recordedError(family, scene);
  if (error) return withHeaders(family, error);
  if (scene === 'error-500-once' && times === 1) {
    return withHeaders(family, recordedError(family, 'error-500')!);
  }
  if (scene === 'error-429-once' && times === 1) {
    const { headers, ...refused } = recordedError(family, 'error-429')!;
    return withHeaders(family, {
      ...refused,
      headers: { ...headers, 'retry-after': '1', 'x-should-retry': 'true' },
    });
  }
  if (scene === 'never') return { chunks: [], delayMillis: 3_600_000 };
  const answer = conversation(request, scene) ?? otherwise(request);
  if (scene === 'packed') return withHeaders(family, packed(answer));
  return withHeaders(family, answer);
}

function conversation({ path, body }: SeenRequest, scene: string): ScriptedAnswer | undefined {
  const asked = parse(body);
  const [first, then] = SCENES[scene] ?? SCENES['text']!;
  const said = then && hasResults(body) ? then : first;
  const copies = typeof asked?.['n'] === 'number' ? asked['n'] : 1;
  const options = asked?.['stream_options'];
  const includeUsage =
    typeof options === 'object' && JSON.stringify(options).includes('"include_usage":true');
  const extra = scene === 'search' ? SEARCH : [];
  const kinds: Readonly<Record<string, () => ScriptedAnswer>> = {
    '/v1/chat/completions': () =>
      asked?.['stream']
        ? stream(streamedChat(said, includeUsage, copies), scene)
        : whole(wholeChat(said, copies)),
    '/v1/responses': () =>
      asked?.['stream'] ? stream(streamedResponse(said), scene) : whole(wholeResponse(said)),
    '/v1/messages': () =>
      asked?.['stream'] ? stream(streamedMessage(said, extra), scene) : whole(wholeMessage(said, extra)),
  };
  return kinds[path.split('?')[0]!]?.();
}

function hasResults(body: string): boolean {
  return /"role":"tool"|"type":"function_call_output"|"type":"tool_result"/.test(body);
}

function whole(text: string): ScriptedAnswer {
  return { headers: { 'content-length': `${Buffer.byteLength(text)}` }, chunks: [text] };
}

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };

/** The events of a stream, as the scene wants them; cut without regard to events and characters. */
function stream(events: readonly string[], scene: string): ScriptedAnswer {
  const half = Math.ceil(events.length / 2);
  switch (scene) {
    case 'slow':
      return { headers: EVENT_STREAM, chunks: events.slice(0, half), standStill: true };
    case 'error-inside':
      return { headers: EVENT_STREAM, chunks: [...events.slice(0, half), errorInside(events)] };
    case 'error-first':
      return { headers: EVENT_STREAM, chunks: [errorInside(events)] };
    case 'comments':
      return {
        headers: EVENT_STREAM,
        chunks: [': OPENROUTER PROCESSING\n\n', ':\r\n\r\n', ...events.flatMap((event) => [event, ': ok\n'])],
      };
    case 'crlf':
      return inPieces(events.map((event) => event.replaceAll('\n', '\r\n')).join(''), 61);
    case 'huge':
      return inPieces(events.join(''), 65_521);
    default:
      return inPieces(events.join(''), 149);
  }
}

/** As the dialect of these events says that something went wrong on the way. */
function errorInside([first = '']: readonly string[]): string {
  if (first.includes('message_start')) {
    return 'event: error\ndata: {"type":"error","error":{"details":null,"type":"overloaded_error","message":"Overloaded"}}\n\n';
  }
  const message = 'The server had an error while processing your request. Sorry about that!';
  if (!first.includes('response.created')) {
    const error = { message, type: 'server_error', param: null, code: 'server_error' };
    return `data: ${JSON.stringify({ error })}\n\n`;
  }
  const event = { type: 'error', code: 'server_error', message, param: null, sequence_number: 9 };
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`;
}

function inPieces(text: string, size: number): ScriptedAnswer {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  return { headers: EVENT_STREAM, chunks };
}

/** By a server that encodes whatever it was asked for. */
function packed({ headers = {}, chunks }: ScriptedAnswer): ScriptedAnswer {
  const bytes = gzipSync(Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))));
  const { 'content-length': _, ...kept } = headers;
  return { headers: { ...kept, 'content-encoding': 'gzip' }, chunks: [bytes] };
}

/** Everything that is no conversation. */
function otherwise({ method, path, body }: SeenRequest): ScriptedAnswer {
  const asked = parse(body);
  if (path === '/v1/embeddings') {
    const inputs = [asked?.['input']].flat();
    const isPacked = asked?.['encoding_format'] === 'base64';
    const data = inputs.map((input, index) => {
      const digest = createHash('sha256').update(JSON.stringify(input)).digest();
      const numbers = Float32Array.from(digest.subarray(0, 8), (byte) => byte / 255 - 0.5);
      const embedding = isPacked ? Buffer.from(numbers.buffer).toString('base64') : [...numbers];
      return { object: 'embedding', index, embedding };
    });
    const usage = { prompt_tokens: 8, total_tokens: 8 };
    return whole(
      `${JSON.stringify({ object: 'list', data, model: 'text-embedding-3-small', usage }, undefined, 2)}\n`,
    );
  }
  if (path.startsWith('/v1/messages/count_tokens')) return whole('{"input_tokens":1253}');
  if (path.endsWith('/content')) {
    const chunks = [Buffer.from([0, 255, 254, 13, 10, 0]), Buffer.from('…')];
    return { headers: { 'content-type': 'application/octet-stream' }, chunks };
  }
  if (path.startsWith('/v1/files')) {
    const deleted = method === 'DELETE' && { deleted: true };
    const file = { id: idOf('file-'), object: 'file', bytes: 12, filename: 'lines.jsonl', ...deleted };
    return whole(JSON.stringify(file));
  }
  if (path.startsWith('/v1/responses/')) {
    return method === 'DELETE' ? { status: 204, chunks: [] } : whole(wholeResponse(SCENES['text']![0]));
  }
  const model = { id: 'gpt-4.1-mini', object: 'model', created: 1_744_318_548, owned_by: 'system' };
  if (path === '/v1/models') return whole(JSON.stringify({ object: 'list', data: [model] }));
  if (path.startsWith('/v1/models/')) return whole(JSON.stringify(model));
  return { status: 404, chunks: [`{"error":{"message":"Invalid URL (${method} ${path})"}}`] };
}

/** What stands around every answer of the two services. */
function withHeaders(family: 'openai' | 'anthropic', answer: ScriptedAnswer): ScriptedAnswer {
  const common = {
    date: 'Sat, 21 Nov 2026 12:00:00 GMT',
    server: 'cloudflare',
    'cf-ray': '8f1a2b3c4d5e6f70-FRA',
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'set-cookie': ['__cf_bm=elE9Fknx; path=/; HttpOnly', '_cfuvid=jgKaRpCX; path=/; HttpOnly'],
  };
  const own =
    family === 'openai'
      ? {
          'x-request-id': idOf('req_'),
          'openai-organization': 'org-tests',
          'openai-processing-ms': '512',
          'openai-version': '2020-10-01',
          'x-ratelimit-limit-requests': '500',
          'x-ratelimit-remaining-requests': '499',
          'x-ratelimit-reset-requests': '120ms',
          'x-ratelimit-reset-tokens': '6m0s',
          'access-control-expose-headers': ['X-Request-ID', 'CF-Ray'],
        }
      : {
          'request-id': idOf('req_'),
          'anthropic-organization-id': '11111111-2222-3333-4444-555555555555',
          'anthropic-ratelimit-requests-limit': '50',
          'anthropic-ratelimit-requests-remaining': '49',
          'anthropic-ratelimit-requests-reset': '2026-11-21T12:00:01Z',
        };
  return { ...answer, headers: { ...common, ...own, ...answer.headers } };
}

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
