import { unreachable } from '../base/result.ts';
import type { CallError } from '../journal/event.ts';
import { parseTraceparent } from '../journal/otlp/traceparent.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Plan } from '../routing/plan.ts';
import { answerPreset } from './answer-preset.ts';
import type { Call } from './call.ts';
import { DeferrableReply } from './deferrable-reply.ts';
import { cancelCall, giveUp, refuse, refuseUnserved, type CallLife, type CallPorts } from './end-call.ts';
import { beginExchange } from './exchange.ts';
import { headerOf, recordedRequestHeaders } from './headers.ts';
import type { Reply } from './reply.ts';

/** Where a call may go, or why it may go nowhere. */
export type Destination =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly status: number; readonly error: CallError };

/**
 * The life of a call on the wire: received, handed to the scheduler, and answered. Every step is in the journal; the
 * client's answer is the upstream's, byte for byte. Resolves when the call has ended; never rejects for what an agent or
 * an upstream does.
 */
export async function runCall(
  ports: CallPorts,
  recorder: Recorder,
  call: Call,
  destination: Destination,
  client: Reply,
): Promise<void> {
  const deferrable = DEFERRABLE.has(call.task.category) ? new DeferrableReply(client) : undefined;
  const reply = deferrable ?? client;
  const life: CallLife = { ports, recorder, call, reply, spanId: ports.ids.spanId() };
  recordReceived(life);
  if (destination.kind === 'refused') return refuse(life, destination.status, destination.error);
  const { plan } = destination;
  const passesThrough = plan.target.kind === 'pass-through';
  const end = await ports.scheduler.run({
    task: call.task,
    plan,
    recorder,
    span: { spanId: life.spanId, parentSpanId: recorder.rootSpanId },
    affinity: recorder.runId,
    client: headerOf(call.headers, 'user-agent') ?? '',
    gone: reply.gone,
    clientRetries: clientRetryOf(call) ?? 0,
    begin: (scope) => beginExchange(life, scope, passesThrough),
    ...(deferrable && { defer: () => deferrable.defer(recorder.runId, life.spanId) }),
  });
  switch (end.kind) {
    case 'answered':
      return undefined;
    case 'cancelled':
      return cancelCall(life);
    case 'failed':
      return giveUp(life, end.failure);
    case 'unserved':
      return refuseUnserved(life, end);
    case 'preset':
      return answerPreset(life, end.text);
    default:
      unreachable(end);
  }
}

/** Whoever asks for these can be told to come again for the answer. */
const DEFERRABLE: ReadonlySet<string> = new Set(['document']);

function recordReceived({ recorder, call, spanId }: CallLife): void {
  const clientRetry = clientRetryOf(call);
  const remoteParent = parseTraceparent(headerOf(call.headers, 'traceparent'));
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
      ...(remoteParent && { remoteParent }),
      ...(call.body.length > 0 && { body: recorder.keepBody(call.body) }),
      ...(clientRetry !== undefined && { clientRetry }),
      task: call.task,
    },
    { spanId, parentSpanId: recorder.rootSpanId },
  );
}

/** Which retry of the client's own this is: the header of the official SDKs. */
function clientRetryOf(call: Call): number | undefined {
  const count = Number(headerOf(call.headers, 'x-stainless-retry-count') ?? Number.NaN);
  return Number.isInteger(count) && count >= 0 ? count : undefined;
}
