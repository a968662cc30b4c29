import type { ServiceAdapter } from '../adapters/service-adapter.ts';
import type { IdSource, SpanId } from '../base/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { CallError, Cost, EventData, Usage } from '../journal/event.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Instance } from '../registry/instance.ts';
import type { Call } from './call.ts';
import { errorAnswer } from './error-answer.ts';
import type { ClientAttempt, FailedCalls } from './failed-calls.ts';
import { forwardedResponseHeaders, recordedResponseHeaders } from './headers.ts';
import type { Reply } from './reply.ts';
import { CLIENT_GONE } from './relay-answer.ts';
import { describeWait, explainRefusals } from './explain-refusals.ts';
import { rejectionsOf } from './placement.ts';
import type { Scheduler } from './scheduler.ts';
import type { HeaderList, Upstream } from './upstream.ts';
import type { FailedAttempt, WorkEnd } from './work.ts';

export interface CallPorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly scheduler: Scheduler;
  readonly upstream: Upstream;
  readonly failedCalls: FailedCalls;
  /** For so much of this model; nothing where no price is known. */
  price(instance: Instance, usage: Usage, model: string | undefined): Cost | undefined;
  /**
   * Where nothing may happen that is not on the disk: resolves when everything recorded so far is, or with the reason why
   * it cannot be.
   */
  commit?(): Promise<string | undefined>;
  /** By which calls of a service are read along; nothing where they only pass. */
  adapterOf?(instance: Instance): ServiceAdapter | undefined;
}

/** A call on its way, with all that it needs. */
export interface CallLife {
  readonly ports: CallPorts;
  readonly recorder: Recorder;
  readonly call: Call;
  readonly reply: Reply;
  readonly spanId: SpanId;
  readonly attempt: ClientAttempt;
}

export function endCall(life: CallLife, data: EventData['call-ended']): void {
  const { recorder, spanId, attempt, ports } = life;
  recorder.append('call-ended', data, { spanId, parentSpanId: recorder.rootSpanId });
  if (data.outcome !== 'ok') ports.failedCalls.note(recorder, attempt, spanId);
}

/** Tells an SDK not to try again: we have, and each of its retries would be as many of ours. */
const RETRIES_ARE_SPENT: HeaderList = [['x-should-retry', 'false']];

/**
 * Ends the call, after so many attempts, with the last one's own answer, or with an error of ours where there was none.
 * The client's own retries are called off where ours were made.
 */
export function giveUp(life: CallLife, { error, answer }: FailedAttempt, attempts: number): void {
  const advice = attempts > 1 ? RETRIES_ARE_SPENT : [];
  if (!answer) return refuse(life, error.status ?? 502, error, advice);
  const forwarded = forwardedResponseHeaders(answer.headers);
  const headers = attempts > 1 ? forwarded.filter(([name]) => name !== 'x-should-retry') : forwarded;
  life.reply.start(answer.status, [...headers, ...advice, ...ownHeaders(life)]);
  void life.reply.write(answer.body);
  life.reply.end();
  endCall(life, {
    outcome: 'error',
    status: answer.status,
    headers: recordedResponseHeaders(answer.headers),
    body: answer.recorded,
    error,
  });
}

export function refuse(life: CallLife, status: number, error: CallError, headers: HeaderList = []): void {
  const body = new TextEncoder().encode(errorAnswer(life.call.dialect, status, error));
  life.reply.start(status, [['content-type', 'application/json'], ...headers, ...ownHeaders(life)]);
  void life.reply.write(body);
  life.reply.end();
  endCall(life, { outcome: 'error', status, body: life.recorder.keepBody(body), error });
}

/** Nobody could take the call: says of every candidate why, and when the earliest comes back. */
export function refuseUnserved(life: CallLife, end: Extract<WorkEnd, { kind: 'unserved' }>): void {
  const { target, refusals, waited } = end;
  const rejections = rejectionsOf(refusals);
  const message = [
    `No instance of "${target}" can take this call${waited ? describeWait(waited) : ''}.`,
    ...explainRefusals(refusals),
  ].join(' ');
  if (rejections.length > 0 && rejections.every(({ reason }) => reason === 'context-too-small')) {
    return refuse(life, 400, { code: 'context_length_exceeded', message });
  }
  const waits = rejections.flatMap((rejected) =>
    'retryInMs' in rejected && rejected.retryInMs !== undefined ? [rejected.retryInMs] : [],
  );
  const retryAfter = waits.length > 0 ? `${Math.ceil(Math.min(...waits) / 1000)}` : undefined;
  const headers: HeaderList = retryAfter === undefined ? [] : [['retry-after', retryAfter]];
  refuse(life, 503, { code: 'no_instance_available', message }, headers);
}

export function cancelCall(life: CallLife): void {
  endCall(life, { outcome: 'cancelled', error: CLIENT_GONE });
}

export function ownHeaders(life: CallLife, instance?: string): HeaderList {
  const own: [string, string][] = [
    ['x-signalbox-run', life.recorder.runId],
    ['x-signalbox-call', life.spanId],
  ];
  if (instance !== undefined) own.push(['x-signalbox-instance', instance]);
  return own;
}
