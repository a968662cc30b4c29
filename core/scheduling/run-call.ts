import type { Mutable } from '../base/mutable.ts';
import { unreachable } from '../base/result.ts';
import type { BodyRef, CallError, EventData } from '../journal/event.ts';
import { parseTraceparent } from '../journal/otlp/traceparent.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Plan } from '../routing/plan.ts';
import { answerPreset } from './answer-preset.ts';
import type { Call } from './call.ts';
import { DeferrableReply } from './deferrable-reply.ts';
import { cancelCall, giveUp, refuse, refuseUnserved, type CallLife, type CallPorts } from './end-call.ts';
import { beginExchange } from './exchange.ts';
import { clientAttemptOf } from './failed-calls.ts';
import { headerOf, recordedRequestHeaders } from './headers.ts';
import { HeldEnd } from './held-end.ts';
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
  const direct = deferrable ?? client;
  const held = ports.commit && new HeldEnd(direct);
  await runTo(ports, recorder, call, destination, held ?? direct, deferrable);
  if (!held) return;
  await ports.commit?.();
  held.release();
}

async function runTo(
  ports: CallPorts,
  recorder: Recorder,
  call: Call,
  destination: Destination,
  reply: Reply,
  deferrable: DeferrableReply | undefined,
): Promise<void> {
  const body = call.body.length > 0 ? recorder.keepBody(call.body) : undefined;
  const attempt = clientAttemptOf(call, body);
  const life: CallLife = { ports, recorder, call, reply, spanId: ports.ids.spanId(), attempt };
  recordReceived(life, body);
  if (destination.kind === 'refused') return refuse(life, destination.status, destination.error);
  const unrecorded = ports.commit && (await ports.commit());
  if (unrecorded !== undefined) return refuse(life, 507, notRecorded(unrecorded));
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
    clientRetries: attempt.retry ?? 0,
    begin: (scope) => beginExchange(life, scope, passesThrough),
    ...(deferrable && { defer: () => deferrable.defer(recorder.runId, life.spanId) }),
  });
  switch (end.kind) {
    case 'answered':
      return undefined;
    case 'cancelled':
      // The end of its run says what became of it.
      return deferrable?.interrupted ? undefined : cancelCall(life);
    case 'failed':
      return giveUp(life, end.failure, end.attempts);
    case 'unserved':
      return refuseUnserved(life, end);
    case 'preset':
      return answerPreset(life, end.text);
    default:
      unreachable(end);
  }
}

function notRecorded(reason: string): CallError {
  return {
    code: 'recording_stopped',
    message: `Signalbox cannot record this call (${reason}), and durability is "strict": nothing was sent.`,
  };
}

/** Whoever asks for these can be told to come again for the answer. */
const DEFERRABLE: ReadonlySet<string> = new Set(['document']);

function recordReceived(life: CallLife, body: BodyRef | undefined): void {
  const { ports, recorder, call, spanId, attempt } = life;
  const retryOf = ports.failedCalls.takeRetried(recorder, attempt);
  const remoteParent = parseTraceparent(headerOf(call.headers, 'traceparent'));
  const received: Mutable<EventData['call-received']> = {
    dialect: call.dialect,
    operation: call.operation,
    method: call.method,
    path: call.path,
    streaming: call.streaming,
    attribution: call.attribution,
    headers: recordedRequestHeaders(call.headers),
    task: call.task,
  };
  if (call.model !== undefined) received.model = call.model;
  if (remoteParent) received.remoteParent = remoteParent;
  if (body) received.body = body;
  if (attempt.retry !== undefined) received.clientRetry = attempt.retry;
  if (retryOf !== undefined) received.retryOf = retryOf;
  recorder.append('call-received', received, { spanId, parentSpanId: recorder.rootSpanId });
}
