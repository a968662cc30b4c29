import { concat } from '../base/bytes.ts';
import type { Mutable } from '../base/mutable.ts';
import type { Millis } from '../base/units.ts';
import { familyOf } from '../dialects/dialect.ts';
import { readUpstreamError } from '../dialects/errors/upstream-error.ts';
import { fieldAt, parseJson } from '../dialects/json-access.ts';
import { translateError } from '../dialects/translation/translate-error.ts';
import type { ServiceAdapter } from '../adapters/service-adapter.ts';
import type { CallError, EventData, RecordedHeaders, Usage } from '../journal/event.ts';
import type { Instance } from '../registry/instance.ts';
import { classifyError } from '../resilience/error-class.ts';
import { parseRetryAfter } from '../resilience/retry.ts';
import type { AttemptResult } from '../routing/live-instance.ts';
import type { Call } from './call.ts';
import { endCall, ownHeaders, type CallLife } from './end-call.ts';
import {
  credentialOf,
  forwardedResponseHeaders,
  headerOf,
  recordedResponseHeaders,
  translatedResponseHeaders,
} from './headers.ts';
import { observeService } from './service-passage.ts';
import { PassingAnswer } from './passing-answer.ts';
import { prepareRequest, type PreparedRequest } from './prepare-request.ts';
import { CLIENT_GONE, relayAnswer, type Passed } from './relay-answer.ts';
import type { HeaderList, UpstreamResponse } from './upstream.ts';
import type { AttemptScope, Begun, FailedAttempt, Relayed } from './work.ts';

/** A failed attempt's answer is kept up to this length, to be shown and, if it was the last, to be passed on. */
const LARGEST_ERROR_BODY = 1024 * 1024;
/** OpenAI's rule of thumb for English: UTF-16 units of generated text for each token. */
const UNITS_PER_TOKEN = 4;

/** Sends the call to an instance and waits until an answer that is no error has begun. */
export async function beginExchange(
  life: CallLife,
  scope: AttemptScope,
  passesThrough: boolean,
): Promise<Begun> {
  const { ports, recorder, call } = life;
  const { instance, span, deadlines } = scope;
  const credential = passesThrough ? ({ kind: 'as-sent' } as const) : credentialOf(instance);
  if (credential.kind === 'bound-elsewhere') return failedWith(boundElsewhere(instance, credential.origin));
  const prepared = prepareRequest(call, instance, credential);
  if (!prepared.ok) return failedWith(prepared.error);
  const { path, headers, body, wire, translation, leftOut } = prepared.value;
  if (translation) {
    recorder.append('request-translated', { from: call.wire!, to: wire!, leftOut }, span);
  }
  const sent = await ports.upstream.send({
    provider: instance.provider,
    method: call.method,
    url: `${instance.endpoint}${path}${call.query}`,
    headers,
    ...(body.length > 0 && { body }),
    connectTimeoutMs: deadlines.options.connectMs,
    signal: scope.signal,
  });
  if (!sent.ok) return begunNot(scope, life, sent.error);
  const adapter = call.dialect === 'http' ? ports.adapterOf?.(instance) : undefined;
  const response = adapter ? observeService(adapter, call, sent.value, recorder, span) : sent.value;
  const recorded = recordedResponseHeaders(response.headers);
  recorder.append('attempt-answered', { status: response.status, headers: recorded }, span);
  if (response.status >= 400 || isRedirect(call, response)) {
    // It has failed already: what it says about that is not waited for any longer than for a piece of an answer.
    deadlines.sawEvent();
    return { ok: false, failure: await readFailure(life, prepared.value, response, passesThrough, adapter) };
  }
  return await awaitBeginning(life, scope, prepared.value, { response, recorded }, passesThrough);
}

/** What a model is asked is answered where it was asked: nobody is sent elsewhere, least of all with a key. */
function isRedirect({ wire, method }: Call, { status }: UpstreamResponse): boolean {
  return wire !== undefined && method === 'POST' && status >= 300;
}

/** An upstream's answer as far as it has come, and what of its headers is recorded. */
interface Answered {
  readonly response: UpstreamResponse;
  readonly recorded: RecordedHeaders;
}

/** Until a whole event, or more than a little of a whole answer, is there: until then another instance may be tried. */
async function awaitBeginning(
  life: CallLife,
  scope: AttemptScope,
  { wire, translation }: PreparedRequest,
  answered: Answered,
  passesThrough: boolean,
): Promise<Begun> {
  const { ports, call } = life;
  const { response } = answered;
  const answer = new PassingAnswer(response, wire, translation, {
    created: Math.floor(ports.clock.wallTime() / 1000),
    // Only a translator has to know: read for one, since the request is parsed for it.
    includeUsage: translation !== undefined && wantsUsage(call),
  });
  const body = response.body[Symbol.asyncIterator]();
  const begun: Uint8Array[] = [];
  let ended = false;
  try {
    while (!answer.hasBegun && !answer.failedAtOnce) {
      const next = await body.next();
      if (next.done) {
        ended = true;
        break;
      }
      begun.push(answer.feed(next.value));
      // A stream has to begin in time; of a whole answer only silence counts.
      if (!answer.isStream) scope.deadlines.sawEvent();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return begunNot(scope, life, { code: 'connection_lost', message });
  }
  // Nobody else is tried with the client's own key, so that it gets what it would have got without us.
  if (answer.failedAtOnce && !passesThrough) {
    await body.return?.();
    return failedWith(answer.failedAtOnce);
  }
  const failure = ended && !passesThrough ? answer.failedBeforeBeginning : undefined;
  if (failure) return failedWith(failure);
  if (answer.isTranslated && ended) {
    const { rest, error } = answer.finish();
    if (error) return failedWith(error);
    begun.push(rest);
  }
  scope.deadlines.sawEvent();
  return {
    ok: true,
    relay: () => relay(life, scope, answered, answer, concat(begun), ended ? undefined : body),
  };
}

async function relay(
  life: CallLife,
  { instance, span, deadlines }: AttemptScope,
  { response, recorded }: Answered,
  answer: PassingAnswer,
  begun: Uint8Array,
  rest: AsyncIterator<Uint8Array> | undefined,
): Promise<Relayed> {
  const { ports, recorder, call, reply } = life;
  const forwarded =
    answer.isTranslated && call.wire
      ? translatedResponseHeaders(response.headers, answer.isStream, familyOf(call.wire))
      : forwardedResponseHeaders(response.headers, answer.isStream);
  const passed = await relayAnswer({
    clock: ports.clock,
    recorder,
    reply,
    span,
    call,
    answer,
    status: response.status,
    replyHeaders: [...forwarded, ...ownHeaders(life, instance.name)],
    begun,
    ...(rest && { rest }),
    progressed: () => deadlines.sawEvent(),
    timedOut: () => deadlines.passed,
  });
  const { error, firstTokenAt, verdict, observation } = passed;
  const outcome = verdict === 'cancelled-by-client' ? 'cancelled' : error ? 'error' : 'ok';
  const usage = usageOf(call, passed);
  const cost = usage && ports.price(instance, usage, observation.answeredModel ?? askedModel(call, instance));
  // Of a document that broke off there is nothing more to say than that.
  const unparsed = answer.isStream || verdict === 'complete' ? observation.unparsed : 0;
  const result: Mutable<AttemptResult> = { outcome };
  if (error) result.error = error;
  if (firstTokenAt !== undefined) {
    result.firstTokenAt = firstTokenAt;
    result.streamed = answer.isStream;
  }
  if (usage) {
    result.inputTokens = usage.input;
    result.outputTokens = usage.output;
  }
  const ended: Mutable<EventData['call-ended']> = { outcome };
  // Somebody who left was given nothing to the end.
  if (outcome !== 'cancelled') {
    ended.status = response.status;
    ended.headers = recorded;
  }
  ended.body = passed.body;
  if (answer.isStream || call.streaming) ended.verdict = verdict;
  if (passed.timing) ended.timing = passed.timing;
  if (unparsed > 0) ended.unparsed = unparsed;
  if (usage) ended.usage = usage;
  if (cost) ended.cost = cost;
  if (observation.finishReason !== undefined) ended.finishReason = observation.finishReason;
  if (observation.answeredModel !== undefined) ended.answeredModel = observation.answeredModel;
  if (error) ended.error = error;
  return { result, finish: () => endCall(life, ended) };
}

/** What the call names is the instance's business, unless it is passed through as it came. */
function askedModel({ model }: Call, instance: Instance): string | undefined {
  return instance.model === '' ? model : instance.model;
}

/** As the answer says, else, for words that were generated, estimated and marked as such. */
function usageOf(call: Call, { observation }: Passed): Usage | undefined {
  const { usage, usageIsPartial, generated } = observation;
  if (usage && !usageIsPartial) return usage;
  if (call.task.category !== 'llm' || generated === 0) return usage;
  const output = Math.max(usage?.output ?? 0, Math.ceil(generated / UNITS_PER_TOKEN));
  return { ...usage, input: usage?.input ?? call.task.inputTokens, output, estimated: true };
}

/** Whether the client asked for the usage at the end of its stream. */
function wantsUsage({ json }: Call): boolean {
  const options = json === undefined ? undefined : fieldAt(parseJson(json), 'stream_options');
  return fieldAt(options, 'include_usage') === true;
}

function boundElsewhere({ name, endpoint }: Instance, origin: string): CallError {
  return {
    code: 'key_bound_elsewhere',
    message: `${name} (${endpoint}): its key belongs to ${origin} and is not sent anywhere else`,
  };
}

function failedWith(error: CallError): Begun {
  return { ok: false, failure: { error, result: { outcome: 'error', error } } };
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
  return failedWith({ code, message: `${name} (${endpoint}): ${message}` });
}

async function readFailure(
  { ports, recorder, call }: CallLife,
  { translation }: PreparedRequest,
  response: UpstreamResponse,
  passesThrough: boolean,
  adapter: ServiceAdapter | undefined,
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
  const text = new TextDecoder().decode(body);
  const error = adapter?.readError(status, text) ?? errorOf(status, text);
  // What a provider asks of a client's own account is for that client to heed; and an account without money gets none
  // by waiting, nor is that the instance's fault.
  const asksToWait = status === 429 && !passesThrough && classifyError(error) !== 'billing';
  const retryAfterMs = asksToWait ? retryAfter(headers, ports.clock.wallTime()) : undefined;
  const result = { outcome: 'error', error, ...(retryAfterMs !== undefined && { retryAfterMs }) } as const;
  // A body that is not whole must not be passed on as if it were.
  if (length > LARGEST_ERROR_BODY) return { error, result };
  const recorded = recorder.keepBody(body);
  if (!translation || call.dialect === 'http')
    return { error, result, answer: { status, headers, body, recorded } };
  if (error.status === undefined) return { error, result };
  const isTooLong = classifyError(error) === 'context-window';
  const translated = translateError(call.dialect, status, text, isTooLong);
  const said = new TextEncoder().encode(translated.body);
  const saidHeaders = translatedResponseHeaders(headers, false, call.dialect);
  return { error, result, answer: { status: translated.status, headers: saidHeaders, body: said, recorded } };
}

/** A redirect has no status that an error can have. */
function errorOf(status: number, text: string): CallError {
  const error = readUpstreamError(status, text);
  return status < 400 ? { code: error.code, message: error.message } : error;
}

function retryAfter(headers: HeaderList, wallTime: Millis): Millis | undefined {
  const asked = {
    'retry-after': headerOf(headers, 'retry-after'),
    'retry-after-ms': headerOf(headers, 'retry-after-ms'),
  };
  return parseRetryAfter(asked, wallTime);
}
