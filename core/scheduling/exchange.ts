import { concat } from '../base/bytes.ts';
import { memberRanges } from '../base/json-ranges.ts';
import type { Millis } from '../base/units.ts';
import type { CallError } from '../journal/event.ts';
import type { Instance } from '../registry/instance.ts';
import { parseRetryAfter } from '../resilience/retry.ts';
import type { Call } from './call.ts';
import { readUpstreamError } from './dialect-error.ts';
import { cancelCall, CLIENT_GONE, endCall, ownHeaders, type CallLife } from './end-call.ts';
import {
  forwardedRequestHeaders,
  forwardedResponseHeaders,
  headerOf,
  recordedResponseHeaders,
} from './headers.ts';
import { passThrough } from './pass-through.ts';
import type { HeaderList, UpstreamResponse } from './upstream.ts';
import type { AttemptScope, Begun, FailedAttempt, Relayed } from './work.ts';

/** A failed attempt's answer is kept up to this length, to be shown and, if it was the last, to be passed on. */
const LARGEST_ERROR_BODY = 1024 * 1024;

/** Whose key an attempt carries: that of the configuration, or the one that the client sent. */
export type Credential = 'of-instance' | 'as-sent';

/** Sends the call to an instance and waits for the first byte of an answer that is no error. */
export async function beginExchange(
  life: CallLife,
  scope: AttemptScope,
  credential: Credential,
): Promise<Begun> {
  const { ports, recorder, call } = life;
  const { instance, span, deadlines } = scope;
  const sent = await ports.upstream.send({
    method: call.method,
    url: `${instance.endpoint}${call.path}${call.query}`,
    headers: forwardedRequestHeaders(call.headers, credentialFor(instance, credential)),
    ...(call.body.length > 0 && { body: bodyFor(call, instance) }),
    connectTimeoutMs: deadlines.options.connectMs,
    signal: scope.signal,
  });
  if (!sent.ok) return begunNot(scope, life, sent.error);
  const response = sent.value;
  const headers = recordedResponseHeaders(response.headers);
  recorder.append('attempt-answered', { status: response.status, headers }, span);
  if (response.status >= 400) return { ok: false, failure: await readFailure(life, response) };
  const body = response.body[Symbol.asyncIterator]();
  try {
    const first = await body.next();
    deadlines.sawEvent();
    return { ok: true, relay: () => relay(life, scope, response, fromFirst(first, body)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return begunNot(scope, life, { code: 'connection_lost', message });
  }
}

/** Nothing came: because the client left, because we waited long enough, or for the reason that the upstream port gives. */
function begunNot(scope: AttemptScope, { reply }: CallLife, reason: CallError): Begun {
  const { name, endpoint } = scope.instance;
  if (reply.gone.aborted) {
    return {
      ok: false,
      failure: { error: CLIENT_GONE, result: { outcome: 'cancelled', error: CLIENT_GONE } },
    };
  }
  const { code, message } = scope.deadlines.passed ?? reason;
  const error: CallError = { code, message: `${name} (${endpoint}): ${message}` };
  return { ok: false, failure: { error, result: { outcome: 'error', error } } };
}

async function* fromFirst(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let next = first; !next.done; next = await rest.next()) yield next.value;
}

async function relay(
  life: CallLife,
  { instance, span, deadlines }: AttemptScope,
  response: UpstreamResponse,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Relayed> {
  const { ports, recorder, call, reply } = life;
  const passed = await passThrough({
    clock: ports.clock,
    recorder,
    reply,
    span,
    dialect: call.dialect,
    response,
    chunks,
    replyHeaders: [...forwardedResponseHeaders(response.headers), ...ownHeaders(life, instance.name)],
    sawChunk: () => deadlines.sawEvent(),
    timedOut: () => deadlines.passed,
  });
  if (passed.kind === 'client-gone') {
    return {
      result: { outcome: 'cancelled', error: CLIENT_GONE },
      finish: () => cancelCall(life, passed.body),
    };
  }
  const { observation, error, firstTokenAt } = passed;
  const { usage, finishReason, answeredModel } = observation;
  const outcome = error ? 'error' : 'ok';
  const cost = usage && ports.price(instance, usage, answeredModel ?? call.model);
  return {
    result: {
      outcome,
      ...(error && { error }),
      ...(firstTokenAt !== undefined && { firstTokenAt, streamed: call.streaming }),
      ...(usage && { inputTokens: usage.input, outputTokens: usage.output }),
    },
    finish: () =>
      endCall(life, {
        outcome,
        status: response.status,
        headers: recordedResponseHeaders(response.headers),
        body: passed.body,
        ...(usage && { usage }),
        ...(cost && { cost }),
        ...(finishReason !== undefined && { finishReason }),
        ...(answeredModel !== undefined && { answeredModel }),
        ...(error && { error }),
      }),
  };
}

function credentialFor(
  { apiKey }: Instance,
  credential: Credential,
): Parameters<typeof forwardedRequestHeaders>[1] {
  if (credential === 'as-sent') return 'as-sent';
  return apiKey === undefined ? 'none' : { bearer: apiKey };
}

/** The client's bytes, with nothing changed but the name of the model where the instance calls it otherwise. */
function bodyFor(call: Call, instance: Instance): Uint8Array {
  const { json, model } = call;
  if (json === undefined || model === undefined || instance.model === '' || model === instance.model) {
    return call.body;
  }
  const range = memberRanges(json).get('model');
  if (!range) return call.body;
  const renamed = json.slice(0, range.start) + JSON.stringify(instance.model) + json.slice(range.end);
  return new TextEncoder().encode(renamed);
}

async function readFailure(
  { ports, recorder }: CallLife,
  response: UpstreamResponse,
): Promise<FailedAttempt> {
  const { status, headers } = response;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body) {
      length += chunk.length;
      if (length > LARGEST_ERROR_BODY) break;
      chunks.push(chunk);
    }
  } catch {
    // Its status already says that the attempt failed; what came of the words is all there is.
    length = Number.POSITIVE_INFINITY;
  }
  const body = concat(chunks);
  const error = readUpstreamError(status, new TextDecoder().decode(body));
  const retryAfterMs = status === 429 ? retryAfter(headers, ports.clock.wallTime()) : undefined;
  const result = { outcome: 'error', error, ...(retryAfterMs !== undefined && { retryAfterMs }) } as const;
  // A body that is not whole must not be passed on as if it were.
  if (length > LARGEST_ERROR_BODY) return { error, result };
  return { error, result, answer: { status, headers, body, recorded: recorder.keepBody(body) } };
}

function retryAfter(headers: HeaderList, wallTime: Millis): Millis | undefined {
  const asked = {
    'retry-after': headerOf(headers, 'retry-after'),
    'retry-after-ms': headerOf(headers, 'retry-after-ms'),
  };
  return parseRetryAfter(asked, wallTime);
}
