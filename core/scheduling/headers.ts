import type { RecordedHeaders } from '../journal/event.ts';
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

/**
 * The headers of an attempt: those of the client without what belongs to its connection or to us. The body is asked
 * for unencoded, so that what passes through can be read. `credential` is the whole value of the header it replaces.
 */
export function forwardedRequestHeaders(
  headers: HeaderList,
  credential: 'as-sent' | { readonly bearer: string } | 'none',
): HeaderList {
  const kept = headers.filter(
    ([name]) =>
      !NOT_FORWARDED.has(name) &&
      !name.startsWith('x-signalbox-') &&
      (credential === 'as-sent' || !CREDENTIALS.has(name)),
  );
  const added: [string, string][] = [['accept-encoding', 'identity']];
  if (typeof credential === 'object') added.push(['authorization', `Bearer ${credential.bearer}`]);
  return [...kept, ...added];
}

export function forwardedResponseHeaders(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !HOP_BY_HOP.has(name));
}

export function recordedRequestHeaders(headers: HeaderList): RecordedHeaders {
  return Object.fromEntries(headers.filter(([name]) => RECORDED_REQUEST.test(name)));
}

export function recordedResponseHeaders(headers: HeaderList): RecordedHeaders {
  return Object.fromEntries(
    headers.filter(([name]) => RATE_LIMIT.test(name) || !NOT_RECORDED_RESPONSE.test(name)),
  );
}

export function headerOf(headers: HeaderList, wanted: string): string | undefined {
  return headers.find(([name]) => name === wanted)?.[1];
}
