import { concat } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import type { Millis } from '../base/units.ts';
import type { SpanId } from '../base/ids.ts';
import { memberRanges } from '../base/json-ranges.ts';
import type { BodyRef, CallError } from '../journal/event.ts';
import { isRetryable, parseRetryAfter } from '../resilience/retry.ts';
import type { Instance } from '../registry/instance.ts';
import type { AttemptResult, BreakerChange, Demand } from '../routing/live-instances.ts';
import type { Call } from './call.ts';
import { readUpstreamError } from './dialect-error.ts';
import {
  cancelCall,
  CLIENT_GONE,
  endCall,
  ownHeaders,
  type CallLife,
  type FailedAttempt,
} from './end-call.ts';
import {
  forwardedRequestHeaders,
  forwardedResponseHeaders,
  headerOf,
  recordedResponseHeaders,
} from './headers.ts';
import { passThrough } from './pass-through.ts';
import type { UpstreamRequest, UpstreamResponse } from './upstream.ts';

/** A failed attempt's answer is kept up to this length, to be shown and, if it was the last, to be passed on. */
const LARGEST_ERROR_BODY = 1024 * 1024;

export interface Attempt {
  readonly number: number;
  readonly instance: Instance;
  /** What is asked of the instance; without it the call is only passed on, with its own credential and into no figures. */
  readonly demand?: Demand;
}

/** Tries a call at one instance. A failure comes back only while the client has seen nothing. */
export async function attemptCall(life: CallLife, attempt: Attempt): Promise<'ended' | FailedAttempt> {
  const { ports, recorder, call, reply } = life;
  const { instance } = attempt;
  const { name, endpoint } = instance;
  const { span, end } = openAttempt(life, attempt);
  const sent = await ports.upstream.send(attemptRequest(call, attempt, reply.gone));
  if (!sent.ok) {
    if (sent.error.code === 'cancelled') {
      end({ outcome: 'cancelled', error: CLIENT_GONE });
      cancelCall(life);
      return 'ended';
    }
    const error = { code: sent.error.code, message: `${name} (${endpoint}): ${sent.error.message}` };
    end({ outcome: 'error', error });
    return { error, retryable: true };
  }
  const response = sent.value;
  const headers = recordedResponseHeaders(response.headers);
  recorder.append('attempt-answered', { status: response.status, headers }, span);
  if (response.status >= 400) {
    const failed = await readFailure(response);
    const body = failed.answer && recorder.keepBody(failed.answer.body);
    const retryAfterMs = response.status === 429 ? retryAfter(response, ports.clock) : undefined;
    end({ outcome: 'error', error: failed.error, ...(retryAfterMs !== undefined && { retryAfterMs }) }, body);
    return failed;
  }
  const passed = await passThrough({
    clock: ports.clock,
    recorder,
    reply,
    span,
    dialect: call.dialect,
    response,
    replyHeaders: [...forwardedResponseHeaders(response.headers), ...ownHeaders(life, name)],
  });
  switch (passed.kind) {
    case 'nothing-came': {
      const error: CallError = {
        code: 'connection_lost',
        message: `${name} (${endpoint}): ${passed.message}`,
      };
      end({ outcome: 'error', error });
      return { error, retryable: true };
    }
    case 'client-gone':
      end({ outcome: 'cancelled', error: CLIENT_GONE });
      cancelCall(life, passed.body);
      return 'ended';
    case 'passed': {
      const { observation, error, firstTokenAt } = passed;
      const { usage, finishReason, answeredModel } = observation;
      const outcome = error ? 'error' : 'ok';
      end({
        outcome,
        ...(error && { error }),
        ...(firstTokenAt !== undefined && { firstTokenAt, streamed: call.streaming }),
        ...(usage && { inputTokens: usage.input, outputTokens: usage.output }),
      });
      const cost = usage && ports.price(instance, usage, answeredModel);
      endCall(life, {
        outcome,
        status: response.status,
        headers,
        body: passed.body,
        ...(usage && { usage }),
        ...(cost && { cost }),
        ...(finishReason !== undefined && { finishReason }),
        ...(answeredModel !== undefined && { answeredModel }),
        ...(error && { error }),
      });
      return 'ended';
    }
  }
}

/** Opens the attempt in the journal and in the live figures; `end` closes it in both, once. */
function openAttempt(life: CallLife, { number, instance, demand }: Attempt) {
  const { ports, recorder } = life;
  const span: { spanId: SpanId; parentSpanId: SpanId } = {
    spanId: ports.ids.spanId(),
    parentSpanId: life.spanId,
  };
  const { name, provider, endpoint, model } = instance;
  const noteChange = (change: BreakerChange | undefined) => {
    if (change) recorder.append('breaker-changed', change, span);
  };
  recorder.append(
    'attempt-started',
    { attempt: number, instance: name, provider, endpoint, ...(model !== '' && { model }) },
    span,
  );
  const live = demand && ports.live.start(instance, demand);
  noteChange(live?.change);
  const end = (result: AttemptResult, body?: BodyRef) => {
    const { outcome, error } = result;
    recorder.append('attempt-ended', { outcome, ...(error && { error }), ...(body && { body }) }, span);
    noteChange(live?.end(result));
  };
  return { span, end };
}

function attemptRequest(call: Call, { instance, demand }: Attempt, signal: AbortSignal): UpstreamRequest {
  const configured = instance.apiKey === undefined ? 'none' : { bearer: instance.apiKey };
  return {
    method: call.method,
    url: `${instance.endpoint}${call.path}${call.query}`,
    headers: forwardedRequestHeaders(call.headers, demand ? configured : 'as-sent'),
    ...(call.body.length > 0 && { body: bodyFor(call, instance) }),
    signal,
  };
}

/** The client's bytes, with nothing changed but the name of the model where the instance calls it otherwise. */
function bodyFor(call: Call, instance: Instance): Uint8Array {
  if (call.json === undefined || call.model === undefined || call.model === instance.model) return call.body;
  const range = memberRanges(call.json).get('model');
  if (!range) return call.body;
  const renamed =
    call.json.slice(0, range.start) + JSON.stringify(instance.model) + call.json.slice(range.end);
  return new TextEncoder().encode(renamed);
}

function retryAfter({ headers }: UpstreamResponse, clock: Clock): Millis | undefined {
  const asked = {
    'retry-after': headerOf(headers, 'retry-after'),
    'retry-after-ms': headerOf(headers, 'retry-after-ms'),
  };
  return parseRetryAfter(asked, clock.wallTime());
}

async function readFailure(response: UpstreamResponse): Promise<FailedAttempt> {
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
  const error = readUpstreamError(response.status, new TextDecoder().decode(body));
  const retryable = isRetryable(error);
  // A body that is not whole must not be passed on as if it were.
  return length > LARGEST_ERROR_BODY
    ? { error, retryable }
    : { error, retryable, answer: { status: response.status, headers: response.headers, body } };
}
