import type { ModelDialect, RecordedHeaders } from '../journal/event.ts';
import type { Instance } from '../registry/instance.ts';
import type { HeaderList } from './upstream.ts';

/** RFC 9110 §7.6.1: what belongs to one connection only. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const NOT_FORWARDED = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'accept-encoding',
  'cookie',
  'expect',
  'origin',
]);
const CREDENTIALS = new Set(['authorization', 'x-api-key', 'api-key']);

/** What may be recorded of a request: named one by one, so that an unknown header is never a leak. */
const RECORDED_REQUEST =
  /^(accept|content-type|content-length|user-agent|traceparent|openai-(?!api-key).*|anthropic-(version|beta)|x-stainless-.*|x-request-id|idempotency-key)$/;
const NOT_RECORDED_RESPONSE = /^(set-cookie|www-authenticate|authorization|.*(token|secret|api-?key).*)$/;
const RATE_LIMIT = /^(x-ratelimit-.*|anthropic-ratelimit-.*)$/;

/** Names whose answer is kept; who sends ever new ones has them looked at again. */
const NAMES_KEPT = 1_000;
const isRecordedOfRequest = keptByName((name) => RECORDED_REQUEST.test(name));
const isRecordedOfResponse = keptByName((name) => RATE_LIMIT.test(name) || !NOT_RECORDED_RESPONSE.test(name));

/** The same names come with every call: each is looked at once. */
function keptByName(holds: (name: string) => boolean): (name: string) => boolean {
  const kept = new Map<string, boolean>();
  return (name) => {
    let answer = kept.get(name);
    if (answer !== undefined) return answer;
    answer = holds(name);
    if (kept.size >= NAMES_KEPT) kept.clear();
    kept.set(name, answer);
    return answer;
  };
}

/** Whose key an attempt carries: the one that the client sent, the configuration's, or none. */
export type Credential =
  | { readonly kind: 'as-sent' }
  | { readonly kind: 'key'; readonly header: string; readonly value: string }
  | { readonly kind: 'none' }
  /** There is a key, but it may not be sent there. */
  | { readonly kind: 'bound-elsewhere'; readonly origin: string };

/** The configured key in the header where the instance's API reads it, if it may be sent there. */
export function credentialOf({ apiKey, keyOrigin, keyHeader, dialect, endpoint }: Instance): Credential {
  if (apiKey === undefined) return { kind: 'none' };
  if (keyOrigin !== undefined && keyOrigin !== new URL(endpoint).origin) {
    return { kind: 'bound-elsewhere', origin: keyOrigin };
  }
  if (keyHeader !== undefined) return { kind: 'key', header: keyHeader, value: apiKey };
  return dialect === 'anthropic'
    ? { kind: 'key', header: 'x-api-key', value: apiKey }
    : { kind: 'key', header: 'authorization', value: `Bearer ${apiKey}` };
}

/**
 * The headers of an attempt: those of the client without what belongs to its connection or to us. The body is asked
 * for unencoded, so that what passes through can be read.
 */
export function forwardedRequestHeaders(headers: HeaderList, credential: Credential): HeaderList {
  const kept = headers.filter(
    ([name]) =>
      !NOT_FORWARDED.has(name) &&
      !name.startsWith('x-signalbox-') &&
      (credential.kind === 'as-sent' || !CREDENTIALS.has(name)) &&
      (credential.kind !== 'key' || credential.header !== name),
  );
  const added: [string, string][] = [['accept-encoding', 'identity']];
  if (credential.kind === 'key') added.push([credential.header, credential.value]);
  return [...kept, ...added];
}

/** Of a stream without its length: where it breaks off, an event of ours follows. */
export function forwardedResponseHeaders(headers: HeaderList, isStream = false): HeaderList {
  return headers.filter(([name]) => !HOP_BY_HOP.has(name) && !(isStream && name === 'content-length'));
}

/** Where each family's SDKs look for the id of a request. */
const REQUEST_ID = { openai: 'x-request-id', anthropic: 'request-id' } as const;

/** Of an answer that is said in the dialect of another family: what is not about its words. */
export function translatedResponseHeaders(
  headers: HeaderList,
  isStream: boolean,
  family: ModelDialect,
): HeaderList {
  const kept = headers.flatMap(([name, value]) => {
    if (/^(?:x-)?request-id$/.test(name)) return [[REQUEST_ID[family], value] as const];
    return /^(?:retry-after(?:-ms)?|date)$/.test(name) ? [[name, value] as const] : [];
  });
  const type = isStream ? 'text/event-stream; charset=utf-8' : 'application/json';
  return [['content-type', type], ...kept, ['x-signalbox-translated', 'true']];
}

export function recordedRequestHeaders(headers: HeaderList): RecordedHeaders {
  return recordedWhere(headers, isRecordedOfRequest);
}

export function recordedResponseHeaders(headers: HeaderList): RecordedHeaders {
  return recordedWhere(headers, isRecordedOfResponse);
}

function recordedWhere(headers: HeaderList, isRecorded: (name: string) => boolean): RecordedHeaders {
  return Object.fromEntries(headers.filter(([name]) => isRecorded(name)));
}

export function headerOf(headers: HeaderList, wanted: string): string | undefined {
  return headers.find(([name]) => name === wanted)?.[1];
}
