import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Nanos } from '../base/units.ts';
import type { CallSpan } from '../journal/run-state.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import type { RecordedHeaders } from '../journal/facts.ts';
import { exportItems } from './export-items.ts';
import { textOf } from './export-own-spans.ts';
import type { ExportInput, Written } from './exported.ts';
import { unixTime } from './run-time.ts';
import { isoOfNanos } from './times.ts';

/** Where a path is below: the host's own address is nobody's outside. */
const BASE = 'http://127.0.0.1/';
const MILLIS: Nanos = 1_000_000;

/**
 * HAR 1.2: the calls of the run with their bodies, and what was imported from such an archive. What there is of spans that has no
 * request and response of HTTP has no place here. Headers that carry credentials are not recorded, and so not written.
 */
export async function* writeHar(input: ExportInput): Written {
  const document: [string, JsonValue][] = [];
  let separator = '\n';
  yield '{"log":{"entries":[';
  for await (const span of input.spans()) {
    if (span.kind !== 'call') continue;
    yield separator + JSON.stringify(await entryOfCall(input, span));
    separator = ',\n';
  }
  for await (const item of exportItems(input)) {
    if (item.kind !== 'span') continue;
    const entry = importedEntry(item.span);
    if (!entry) continue;
    for (const [key, value] of item.by.resource?.attributes ?? []) {
      if (key.startsWith('har.')) document.push([key.slice('har.'.length), value]);
    }
    yield separator + JSON.stringify(entry);
    separator = ',\n';
  }
  const members = {
    version: '1.2',
    creator: { name: 'Signalbox', version: '1' },
    ...Object.fromEntries(document),
  };
  yield `\n],${JSON.stringify(members).slice(1)}}\n`;
}

async function entryOfCall(input: ExportInput, span: CallSpan): Promise<JsonObject> {
  const end = span.endedAt ?? input.run.duration;
  const wait = (span.firstTokenAt ?? end) - span.startedAt;
  const request = await textOf(input, span.requestBody);
  const response = await textOf(input, span.responseBody);
  return {
    startedDateTime: isoOfNanos(unixTime(input.run, span.startedAt)),
    time: (end - span.startedAt) / MILLIS,
    request: {
      method: span.method,
      url: `${BASE}${span.dialect}${span.path}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: headerList(span.requestHeaders),
      queryString: [],
      headersSize: -1,
      bodySize: span.requestBody?.bytes ?? 0,
      ...(span.requestBody && {
        postData: { mimeType: span.requestHeaders['content-type'] ?? 'application/json', text: request },
      }),
    },
    response: {
      status: span.httpStatus ?? 0,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: headerList(span.responseHeaders ?? {}),
      content: {
        size: span.responseBody?.bytes ?? 0,
        mimeType:
          span.responseHeaders?.['content-type'] ??
          (span.streaming ? 'text/event-stream' : 'application/json'),
        text: response,
      },
      redirectURL: '',
      headersSize: -1,
      bodySize: span.responseBody?.bytes ?? 0,
    },
    cache: {},
    timings: { send: 0, wait: wait / MILLIS, receive: (end - span.startedAt - wait) / MILLIS },
    _signalbox: { span: span.id, status: span.status, ...(span.error && { error: { ...span.error } }) },
  };
}

function headerList(headers: RecordedHeaders): readonly JsonObject[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

/** An entry that was imported; nothing where the span is none. */
function importedEntry({ attributes, startTimeUnixNano, endTimeUnixNano }: OtlpSpan): JsonObject | undefined {
  const said = new Map(attributes);
  const [request, response] = [objectOf(said.get('har.request')), objectOf(said.get('har.response'))];
  if (!request || !response) return undefined;
  const rest = attributes.filter(([key]) => key.startsWith('har.') && !MESSAGES.has(key));
  return {
    startedDateTime: isoOfNanos(startTimeUnixNano),
    time: Number(endTimeUnixNano - startTimeUnixNano) / MILLIS,
    request: withBody(request, 'postData', said.get('har.request.body')),
    response: withBody(response, 'content', said.get('har.response.body')),
    ...Object.fromEntries(rest.map(([key, value]) => [key.slice('har.'.length), parsed(value)])),
  };
}

const MESSAGES = new Set(['har.request', 'har.request.body', 'har.response', 'har.response.body']);

/** A large one has become a text. */
function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  const given = typeof value === 'string' ? parseJson(value) : value;
  return isJsonObject(given) ? given : undefined;
}

function parsed(value: JsonValue): JsonValue {
  return typeof value === 'string' ? (objectOf(value) ?? value) : value;
}

/** Both lists are demanded; what they said was secret, or stands in the address. */
function withBody(message: JsonObject, member: string, text: JsonValue | undefined): JsonObject {
  const content = objectOf(message[member]) ?? {};
  return {
    cookies: [],
    ...(member === 'postData' && { queryString: [] }),
    ...message,
    ...((text !== undefined || Object.keys(content).length > 0) && {
      [member]: { ...content, ...(text !== undefined && { text }) },
    }),
  };
}
