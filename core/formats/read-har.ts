import { base64Decode } from '@bufbuild/protobuf/wire';
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import { parseTraceparent } from '../journal/otlp/traceparent.ts';
import { DamagedFile, type Source } from './damaged-file.ts';
import { hash64 } from './foreign-id.ts';
import { callAttributes, callOf, type HarCall } from './har-calls.ts';
import type { ImportedItem } from './imported.ts';
import type { Reader } from './reading.ts';
import { array, object, SKIP, value, type Shape } from './json-shape.ts';
import { readJson } from './json-stream.ts';
import {
  kindNumber,
  leftover,
  numberAt,
  objectAt,
  objectsAt,
  resourceOf,
  spanOf,
  statusOf,
  textAt,
} from './otlp-parts.ts';
import { nanosOfTime } from './times.ts';

const shapeOf = (entries: Shape, member: Shape): Shape =>
  object({ log: object({ entries: array(entries) }, { rest: member }) }, { rest: SKIP });
const LOG = shapeOf(SKIP, value('member'));
const ENTRIES = shapeOf(value('entry'), SKIP);

/**
 * HTTP archives (HAR 1.2): the requests among them that call a model become spans with what was said; the others are counted. The
 * messages themselves are `har.request`, `har.response` and their bodies; headers that carry credentials are taken out.
 */
export const readHar: Reader = async function* ({
  source,
  intake,
  zeroTime,
}): AsyncGenerator<readonly ImportedItem[]> {
  const document = await readDocument(source);
  const by = { resource: resourceOf(leftover('har', document, new Set())), scope: undefined };
  const traceId = hash64(`har ${zeroTime}`) + hash64('har');
  let calls = 0;
  for await (const pieces of readJson(source(), ENTRIES)) {
    for (const piece of pieces) {
      if (piece.kind !== 'value') continue;
      if (!isJsonObject(piece.value)) throw new DamagedFile('An entry is not an object', piece.offset);
      const entry = understand(piece.value, piece.offset);
      if (!entry.call) {
        intake.warnings.add('left-out', entry.url);
        continue;
      }
      calls += 1;
      const spanId = hash64(`har call ${calls}`);
      intake.span(by, readEntry(piece.value, { ...entry, call: entry.call }, { traceId, spanId }));
    }
    yield intake.take();
  }
};

async function readDocument(source: Source): Promise<JsonObject> {
  const members: [string, JsonValue][] = [];
  for await (const pieces of readJson(source(), LOG)) {
    for (const piece of pieces) if (piece.kind === 'value') members.push([piece.key!, piece.value]);
  }
  return Object.fromEntries(members);
}

interface Entry {
  readonly url: string;
  readonly path: string;
  readonly host: string;
  readonly requestBody: string;
  readonly responseBody: string;
  readonly isStream: boolean;
  readonly call: HarCall | undefined;
}

function understand(given: JsonObject, offset: number): Entry {
  const [request, response] = [objectAt(given, 'request'), objectAt(given, 'response')];
  const url = textAt(request, 'url');
  if (url === '' || nanosOfTime(given['startedDateTime']) === 0n) {
    throw new DamagedFile('An entry has no "request.url" or no "startedDateTime"', offset);
  }
  const requestBody = textAt(objectAt(request, 'postData'), 'text');
  const content = objectAt(response, 'content');
  const [, host = '', path = ''] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)([^?#]*)/i.exec(url) ?? [];
  return {
    url: url.replace(QUERY_KEYS, '$1[removed]'),
    path,
    host: host.replace(/^[^@]*@/, ''),
    requestBody,
    responseBody: textOf(content),
    isStream: textAt(content, 'mimeType').toLowerCase().includes('event-stream'),
    call: callOf(path, requestBody),
  };
}

/** Keys that some providers take in the query. */
const QUERY_KEYS = /([?&](?:key|api[-_]?key|access_token|token)=)[^&#]*/gi;

function textOf(content: JsonObject): string {
  const text = textAt(content, 'text');
  if (textAt(content, 'encoding') !== 'base64') return text;
  try {
    return new TextDecoder('utf-8').decode(base64Decode(text));
  } catch {
    return text;
  }
}

const ENTRY_MEMBERS = new Set(['startedDateTime', 'time', 'request', 'response']);

function readEntry(
  given: JsonObject,
  entry: Entry & { readonly call: HarCall },
  ids: { readonly traceId: string; readonly spanId: string },
): OtlpSpan {
  const { call, url, host, requestBody, responseBody, isStream } = entry;
  const [request, response] = [objectAt(given, 'request'), objectAt(given, 'response')];
  const status = numberAt(response, 'status') ?? 0;
  const start = nanosOfTime(given['startedDateTime']);
  const millis = Math.max(0, numberAt(given, 'time') ?? 0);
  const caller = parseTraceparent(headerOf(request, 'traceparent'));
  return spanOf({
    ...ids,
    ...(caller && { traceId: caller.traceId, parentSpanId: caller.spanId }),
    name: `${call.operation} ${call.model}`.trim(),
    kind: kindNumber('client'),
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(Math.round(millis * 1e6)),
    attributes: [
      ...callAttributes(call, requestBody, responseBody, isStream),
      ['http.request.method', textAt(request, 'method')],
      ['url.full', url],
      ['server.address', host],
      ['http.response.status_code', status],
      ...(isStream ? firstTokenAttributes(objectAt(given, 'timings')) : []),
      ...leftover('har', given, ENTRY_MEMBERS),
      ['har.request', messageOf(request, 'postData', url)],
      ...(requestBody === '' ? [] : [['har.request.body', requestBody] as const]),
      ['har.response', messageOf(response, 'content', undefined)],
      ...(responseBody === '' ? [] : [['har.response.body', responseBody] as const]),
    ],
    status: status >= 400 || status === 0 ? statusOf('error', textAt(response, 'statusText')) : undefined,
  });
}

/** What passed until the answer began. */
function firstTokenAttributes(timings: JsonObject): readonly Attribute[] {
  const stages = ['blocked', 'dns', 'connect', 'send', 'wait'].map((stage) => numberAt(timings, stage) ?? 0);
  const millis = stages.reduce((sum, stage) => sum + Math.max(0, stage), 0);
  return millis === 0 ? [] : [['gen_ai.response.time_to_first_chunk', millis / 1000]];
}

/** A message without its body and without what is secret. */
function messageOf(message: JsonObject, body: string, url: string | undefined): JsonObject {
  const { cookies: _, queryString: __, ...rest } = message;
  const { text: ___, encoding: ____, ...content } = objectAt(message, body);
  return {
    ...rest,
    ...(url !== undefined && { url }),
    headers: objectsAt(message, 'headers').filter(
      (header) => !SECRET_HEADERS.has(textAt(header, 'name').toLowerCase()),
    ),
    ...(message[body] !== undefined && { [body]: content }),
  };
}

const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-amz-security-token',
]);

function headerOf(message: JsonObject, name: string): string | undefined {
  const header = objectsAt(message, 'headers').find(
    (header) => textAt(header, 'name').toLowerCase() === name,
  );
  return header && textAt(header, 'value');
}
