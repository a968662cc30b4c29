import { concat } from '../base/bytes.ts';
import type { IdSource, SpanId } from '../base/ids.ts';
import { memberRanges } from '../base/json-ranges.ts';
import { unreachable } from '../base/result.ts';
import type { BodyRef, CallError, Cost, EventData, RouteTarget, Usage } from '../journal/event.ts';
import type { Pick } from '../journal/pick.ts';
import type { Recorder } from '../journal/recorder.ts';
import { isRetryableStatus } from '../resilience/retry.ts';
import type { Instance, Pool } from '../routing/routing-table.ts';
import type { Call } from './call.ts';
import { dialectError, readUpstreamError } from './dialect-error.ts';
import {
  forwardedRequestHeaders,
  forwardedResponseHeaders,
  headerOf,
  recordedRequestHeaders,
  recordedResponseHeaders,
} from './headers.ts';
import { passThrough } from './pass-through.ts';
import type { Reply } from './reply.ts';
import type { HeaderList, Upstream, UpstreamRequest, UpstreamResponse } from './upstream.ts';

export interface CallPorts {
  readonly ids: IdSource;
  readonly upstream: Upstream;
  /** Nothing where no price is known. */
  price(instance: Instance, usage: Usage, answeredModel: string | undefined): Cost | undefined;
}

/** Where a call may go: to the members of a pool, to the provider it was meant for, or nowhere. */
export type Destination =
  | { readonly kind: 'pool'; readonly pool: Pool; readonly maxAttempts: number }
  | { readonly kind: 'pass-through'; readonly provider: string; readonly endpoint: string }
  | { readonly kind: 'refused'; readonly status: number; readonly error: CallError };

/** A failed attempt's answer is kept up to this length, to be shown and, if it was the last, to be passed on. */
const LARGEST_ERROR_BODY = 1024 * 1024;

/** One token is about four bytes of JSON: enough to tell which context windows cannot hold a call. */
const BYTES_PER_TOKEN = 4;

/**
 * The life of a call: received → routed → attempted (a failure before the first byte loops back to routed, at another
 * instance) → streaming → ended. Every step is in the journal; the client's answer is the upstream's, byte for byte.
 * Resolves when the call has ended; never rejects for what an agent or an upstream does.
 */
export async function runCall(
  ports: CallPorts,
  recorder: Recorder,
  call: Call,
  destination: Destination,
  reply: Reply,
): Promise<void> {
  const callSpan = { spanId: ports.ids.spanId(), parentSpanId: recorder.rootSpanId };
  const clientRetry = Number(headerOf(call.headers, 'x-stainless-retry-count') ?? Number.NaN);
  recorder.append(
    'call-received',
    {
      dialect: call.dialect,
      operation: call.operation,
      method: call.method,
      path: call.path,
      ...(call.model !== undefined && { model: call.model }),
      streaming: call.streaming,
      attribution: call.attribution,
      headers: recordedRequestHeaders(call.headers),
      ...(call.body.length > 0 && { body: recorder.keepBody(call.body) }),
      ...(Number.isInteger(clientRetry) && { clientRetry }),
    },
    callSpan,
  );
  const life: CallLife = { ports, recorder, call, reply, spanId: callSpan.spanId };
  switch (destination.kind) {
    case 'refused':
      return refuse(life, destination.status, destination.error);
    case 'pass-through':
      return passToProvider(life, destination);
    case 'pool':
      return tryPool(life, destination.pool, destination.maxAttempts);
    default:
      unreachable(destination);
  }
}

interface CallLife {
  readonly ports: CallPorts;
  readonly recorder: Recorder;
  readonly call: Call;
  readonly reply: Reply;
  readonly spanId: SpanId;
}

async function tryPool(life: CallLife, pool: Pool, maxAttempts: number): Promise<void> {
  const tried = new Set<string>();
  const inputTokens = Math.ceil(life.call.body.length / BYTES_PER_TOKEN);
  let last: FailedAttempt | undefined;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const pick = pool.pick({ tried, inputTokens });
    if (pick.chosen === undefined && last) break;
    route(life, attempt, pool.target, pick, last?.error);
    const instance = pool.members.find((member) => member.name === pick.chosen);
    if (!instance) return refuse(life, 400, nobodyLeft(pool, inputTokens));
    tried.add(instance.name);
    const end = await attemptAt(
      life,
      instance,
      attempt,
      tried.size < Math.min(maxAttempts, pool.members.length),
    );
    if (end === 'ended') return;
    last = end;
  }
  giveUp(life, last!);
}

async function passToProvider(
  life: CallLife,
  to: Extract<Destination, { kind: 'pass-through' }>,
): Promise<void> {
  const instance: Instance = {
    name: to.provider,
    provider: to.provider,
    endpoint: to.endpoint,
    model: life.call.model ?? '',
  };
  const pick: Pick = {
    strategy: 'pass-through',
    chosen: to.provider,
    probability: 1,
    considered: [{ instance: to.provider, terms: {} }],
    inputs: {},
  };
  route(life, 1, { kind: 'pass-through', name: to.provider }, pick, undefined);
  const end = await attemptAt(life, instance, 1, false, 'as-sent');
  if (end !== 'ended') giveUp(life, end);
}

function route(
  life: CallLife,
  attempt: number,
  target: RouteTarget,
  pick: Pick,
  after: CallError | undefined,
) {
  const span = { spanId: life.spanId, parentSpanId: life.recorder.rootSpanId };
  life.recorder.append('call-routed', { attempt, target, pick, ...(after && { after }) }, span);
}

/** An attempt whose answer has not reached the client. */
interface FailedAttempt {
  readonly error: CallError;
  /** What the upstream said, where it said anything. */
  readonly answer?: { readonly status: number; readonly headers: HeaderList; readonly body: Uint8Array };
}

async function attemptAt(
  life: CallLife,
  instance: Instance,
  attempt: number,
  mayRetry: boolean,
  credential?: 'as-sent',
): Promise<'ended' | FailedAttempt> {
  const { ports, recorder, call, reply } = life;
  const span = { spanId: ports.ids.spanId(), parentSpanId: life.spanId };
  const { name, provider, endpoint, model } = instance;
  recorder.append(
    'attempt-started',
    { attempt, instance: name, provider, endpoint, ...(model !== '' && { model }) },
    span,
  );
  const bearer = instance.apiKey === undefined ? 'none' : { bearer: instance.apiKey };
  const sent = await ports.upstream.send(attemptRequest(call, instance, credential ?? bearer, reply.gone));
  if (!sent.ok) {
    if (sent.error.code === 'cancelled') return cancel(life, span);
    const error: CallError = {
      code: sent.error.code,
      message: `${name} (${endpoint}): ${sent.error.message}`,
    };
    recorder.append('attempt-ended', { outcome: 'error', error }, span);
    return { error };
  }
  const response = sent.value;
  const headers = recordedResponseHeaders(response.headers);
  recorder.append('attempt-answered', { status: response.status, headers }, span);
  if (response.status >= 400) {
    const failed = await readFailure(response);
    const body = failed.answer && recorder.keepBody(failed.answer.body);
    recorder.append('attempt-ended', { outcome: 'error', error: failed.error, ...(body && { body }) }, span);
    if (mayRetry && isRetryableStatus(response.status)) return failed;
    giveUp(life, failed);
    return 'ended';
  }
  const passed = await passThrough({
    recorder,
    reply,
    span,
    dialect: call.dialect,
    response,
    replyHeaders: [...forwardedResponseHeaders(response.headers), ...ownHeaders(life, name)],
  });
  if (passed.kind === 'nothing-came') {
    const error: CallError = { code: 'connection_lost', message: `${name} (${endpoint}): ${passed.message}` };
    recorder.append('attempt-ended', { outcome: 'error', error }, span);
    return { error };
  }
  if (passed.kind === 'client-gone') return cancel(life, span, passed.body);
  const { observation, error } = passed;
  const outcome = error ? 'error' : 'ok';
  recorder.append('attempt-ended', { outcome, ...(error && { error }) }, span);
  const { usage, finishReason, answeredModel } = observation;
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

function attemptRequest(
  call: Call,
  instance: Instance,
  credential: Parameters<typeof forwardedRequestHeaders>[1],
  signal: AbortSignal,
): UpstreamRequest {
  return {
    method: call.method,
    url: `${instance.endpoint}${call.path}${call.query}`,
    headers: forwardedRequestHeaders(call.headers, credential),
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
  // A body that is not whole must not be passed on as if it were.
  return length > LARGEST_ERROR_BODY
    ? { error }
    : { error, answer: { status: response.status, headers: response.headers, body } };
}

/** Ends the call with the last attempt's own answer, or with an error of ours where there was none. */
function giveUp(life: CallLife, failed: FailedAttempt): void {
  const { error, answer } = failed;
  if (!answer) return refuse(life, error.status ?? 502, error);
  const headers = forwardedResponseHeaders(answer.headers);
  life.reply.start(answer.status, [...headers, ...ownHeaders(life)]);
  void life.reply.write(answer.body);
  life.reply.end();
  endCall(life, {
    outcome: 'error',
    status: answer.status,
    headers: recordedResponseHeaders(answer.headers),
    body: life.recorder.keepBody(answer.body),
    error,
  });
}

function refuse(life: CallLife, status: number, error: CallError): void {
  const body = new TextEncoder().encode(dialectError(life.call.dialect, status, error));
  life.reply.start(status, [['content-type', 'application/json'], ...ownHeaders(life)]);
  void life.reply.write(body);
  life.reply.end();
  endCall(life, { outcome: 'error', status, body: life.recorder.keepBody(body), error });
}

function cancel(life: CallLife, span: { spanId: SpanId; parentSpanId: SpanId }, body?: BodyRef): 'ended' {
  const error: CallError = {
    code: 'client_gone',
    message: 'the client closed its connection before the answer was complete',
  };
  life.recorder.append('attempt-ended', { outcome: 'cancelled', error }, span);
  endCall(life, { outcome: 'cancelled', error, ...(body && { body }) });
  return 'ended';
}

function endCall(life: CallLife, data: EventData['call-ended']): void {
  life.recorder.append('call-ended', data, { spanId: life.spanId, parentSpanId: life.recorder.rootSpanId });
}

function ownHeaders(life: CallLife, instance?: string): HeaderList {
  const own: [string, string][] = [
    ['x-signalbox-run', life.recorder.runId],
    ['x-signalbox-call', life.spanId],
  ];
  if (instance !== undefined) own.push(['x-signalbox-instance', instance]);
  return own;
}

function nobodyLeft(pool: Pool, inputTokens: number): CallError {
  return {
    code: 'context_length_exceeded',
    message: `The call needs about ${inputTokens} tokens, more than any instance of "${pool.target.name}" can hold.`,
  };
}
