import type { SpanId } from '../../base/ids.ts';
import type { CallError, RecordedHeaders } from '../facts.ts';
import type { RemoteSpan } from '../otlp/traceparent.ts';
import type { Considered, Pick } from '../pick.ts';
import { below, between, fails, keepText, oneOf, sentence, type Stage, type Steps } from './stage.ts';

export interface GeneratedCall {
  /** Elements of `messages`, as JSON. */
  readonly messages: readonly string[];
  readonly remoteParent?: RemoteSpan;
  /** It has to wait for a place. */
  readonly queued?: true;
}

const MODELS = ['fast', 'smart', 'cheap'] as const;
const INSTANCES = ['openai-east', 'openai-west', 'azure-north', 'local-llama'] as const;
const MOST_ATTEMPTS = 3;
const JSON_HEADERS: RecordedHeaders = { 'content-type': 'application/json', 'user-agent': 'agent/1.4' };
const FAILURES: readonly CallError[] = [
  { code: 'rate_limit_exceeded', message: 'Too many requests for this minute.', status: 429 },
  { code: 'internal_error', message: 'The model could not be reached.', status: 500 },
  { code: 'overloaded', message: 'Overloaded, try again later.', status: 503 },
];

/** A call of a model with all its attempts: at least two spans. Returns what was answered as an element of `messages`. */
export function* generateCall(stage: Stage, call: GeneratedCall): Generator<number, string | undefined> {
  const { recorder } = stage;
  const spanId = begin(stage, call);
  const span = { spanId, parentSpanId: recorder.rootSpanId };
  if (call.queued) yield* wait(stage, span);
  for (let attempt = 1; ; attempt++) {
    const error = yield* generateAttempt(stage, spanId, attempt);
    if (!error) break;
    if (attempt === MOST_ATTEMPTS || stage.left === 0) {
      recorder.append('call-ended', { outcome: 'error', status: error.status ?? 502, error }, span);
      return undefined;
    }
    stage.left -= 1;
    if (below(stage, 2) === 0) {
      const delayMs = between(stage, 50, 500);
      recorder.append('retry-delayed', { delayMs }, span);
      yield delayMs;
    } else {
      const to = { kind: 'tier', name: 'models/second' } as const;
      recorder.append('call-fell-back', { from: 'models/first', to, because: 'server-error', error }, span);
    }
  }
  return answer(stage, call, span);
}

interface CallSpanRef {
  readonly spanId: SpanId;
  readonly parentSpanId: SpanId;
}

function begin(stage: Stage, { messages, remoteParent }: GeneratedCall): SpanId {
  // Its first attempt has its place, too: others go on before that begins.
  stage.left -= 2;
  const spanId = stage.ids.spanId();
  const model = oneOf(stage, MODELS);
  const body = keepText(stage, `{"model":"${model}","stream":true,"messages":[${messages.join(',')}]}`);
  const inputTokens = Math.ceil(body.bytes / 4);
  stage.recorder.append(
    'call-received',
    {
      dialect: 'openai',
      operation: 'chat.completions',
      method: 'POST',
      path: '/chat/completions',
      model,
      streaming: true,
      attribution: remoteParent ? 'traceparent' : 'prefix',
      headers: JSON_HEADERS,
      body,
      ...(remoteParent && { remoteParent }),
      task: {
        category: 'llm',
        model,
        streaming: true,
        inputTokens,
        outputTokens: 400,
        tools: 4,
        complexity: 0.4,
        capabilities: ['tools'],
        priority: 5,
        urgent: false,
      },
    },
    { spanId, parentSpanId: stage.recorder.rootSpanId },
  );
  return spanId;
}

function* wait(stage: Stage, span: CallSpanRef): Steps {
  stage.recorder.append('call-queued', { queue: 'models', class: 'normal', ahead: below(stage, 100) }, span);
  const waitedMs = between(stage, 5, 4_000);
  yield waitedMs;
  stage.recorder.append('call-dequeued', { outcome: 'placed', waitedMs }, span);
}

/** Resolves with what went wrong. */
function* generateAttempt(
  stage: Stage,
  call: SpanId,
  attempt: number,
): Generator<number, CallError | undefined> {
  const { recorder } = stage;
  const pick = pickOf(stage, attempt);
  const instance = pick.chosen!;
  const routed = { attempt, target: { kind: 'pool', name: 'models' }, pick } as const;
  const after = attempt > 1 ? { after: FAILURES[0]! } : {};
  recorder.append(
    'call-routed',
    { ...routed, ...after },
    { spanId: call, parentSpanId: recorder.rootSpanId },
  );
  const span = { spanId: stage.ids.spanId(), parentSpanId: call };
  const endpoint = `https://${instance}.example/v1`;
  recorder.append(
    'attempt-started',
    { attempt, instance, provider: 'openai', endpoint, model: 'gpt-x' },
    span,
  );
  yield between(stage, 20, 600);
  if (fails(stage)) {
    const error = oneOf(stage, FAILURES);
    recorder.append('attempt-answered', { status: error.status!, headers: JSON_HEADERS }, span);
    const body = keepText(stage, `{"error":{"code":"${error.code}","message":"${error.message}"}}`);
    recorder.append('attempt-ended', { outcome: 'error', error, body }, span);
    return error;
  }
  recorder.append('attempt-answered', { status: 200, headers: JSON_HEADERS }, span);
  recorder.append('first-token-received', {}, span);
  yield between(stage, 100, 5_000);
  recorder.append('attempt-ended', { outcome: 'ok' }, span);
  return undefined;
}

/** A decision among all instances, of which some were tried or are at their limits. */
function pickOf(stage: Stage, attempt: number): Pick {
  const chosen = below(stage, INSTANCES.length);
  const considered = INSTANCES.map((instance, index): Considered => {
    const terms = { load: below(stage, 100) / 100, response: below(stage, 100) / 100, success: 0.98 };
    if (index === chosen || below(stage, 3) > 0) return { instance, terms };
    const rejected = attempt > 1 ? { reason: 'already-tried' } : { reason: 'rate-limited', limit: 'rpm' };
    return { instance, rejected: rejected as Considered['rejected'] & object, terms: {} };
  });
  const eligible = considered.filter(({ rejected }) => !rejected).length;
  return {
    strategy: 'weighted-score',
    pool: 'models',
    chosen: INSTANCES[chosen]!,
    probability: 1 / eligible,
    considered,
    inputs: { seed: below(stage, 1_000_000) },
  };
}

function answer(stage: Stage, { messages }: GeneratedCall, span: CallSpanRef): string {
  const text = sentence(stage, between(stage, 10, 40));
  const message = `{"role":"assistant","content":"${text}"}`;
  const input = 12 + messages.reduce((sum, { length }) => sum + length, 0) / 4;
  const usage = { input: Math.ceil(input), output: Math.ceil(text.length / 4) };
  const said = `{"id":"chatcmpl-${span.spanId}","choices":[{"index":0,"message":${message},"finish_reason":"stop"}]}`;
  stage.recorder.append(
    'call-ended',
    {
      outcome: 'ok',
      status: 200,
      headers: JSON_HEADERS,
      body: keepText(stage, said),
      usage,
      cost: { usd: usage.input * 2.5e-6 + usage.output * 1e-5, priceSource: 'generated' },
      finishReason: 'stop',
      answeredModel: 'gpt-x-2026-05',
      verdict: 'complete',
    },
    span,
  );
  return message;
}
