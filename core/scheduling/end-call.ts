import type { IdSource, SpanId } from '../base/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { BodyRef, CallError, Cost, EventData, Usage } from '../journal/event.ts';
import type { Pick, Rejection } from '../journal/pick.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Instance } from '../registry/instance.ts';
import type { LiveInstances } from '../routing/live-instances.ts';
import type { Call } from './call.ts';
import type { RetryGuard } from './retry-guard.ts';
import { dialectError } from './dialect-error.ts';
import { forwardedResponseHeaders, recordedResponseHeaders } from './headers.ts';
import type { Reply } from './reply.ts';
import type { HeaderList, Upstream } from './upstream.ts';

export interface CallPorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly live: LiveInstances;
  readonly retries: RetryGuard;
  readonly upstream: Upstream;
  /** Nothing where no price is known. */
  price(instance: Instance, usage: Usage, answeredModel: string | undefined): Cost | undefined;
}

/** A call on its way, with all that it needs. */
export interface CallLife {
  readonly ports: CallPorts;
  readonly recorder: Recorder;
  readonly call: Call;
  readonly reply: Reply;
  readonly spanId: SpanId;
}

/** An attempt whose answer has not reached the client. */
export interface FailedAttempt {
  readonly error: CallError;
  /** Whether another instance may well answer. */
  readonly retryable: boolean;
  /** What the upstream said, where it said anything. */
  readonly answer?: { readonly status: number; readonly headers: HeaderList; readonly body: Uint8Array };
}

export function endCall(life: CallLife, data: EventData['call-ended']): void {
  life.recorder.append('call-ended', data, { spanId: life.spanId, parentSpanId: life.recorder.rootSpanId });
}

/** Ends the call with the last attempt's own answer, or with an error of ours where there was none. */
export function giveUp(life: CallLife, failed: FailedAttempt): void {
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

export function refuse(life: CallLife, status: number, error: CallError, headers: HeaderList = []): void {
  const body = new TextEncoder().encode(dialectError(life.call.dialect, status, error));
  life.reply.start(status, [['content-type', 'application/json'], ...headers, ...ownHeaders(life)]);
  void life.reply.write(body);
  life.reply.end();
  endCall(life, { outcome: 'error', status, body: life.recorder.keepBody(body), error });
}

/** Nobody could take the call: says of every candidate why, and when the earliest comes back. */
export function refuseUnserved(life: CallLife, pick: Pick): void {
  const rejections = pick.considered.flatMap(({ instance, rejected }) =>
    rejected ? [{ instance, rejected }] : [],
  );
  const reasons = rejections.map(({ instance, rejected }) => `${instance}: ${describe(rejected)}`).join('; ');
  const message = `No instance of "${pick.pool}" can take this call. ${reasons}.`;
  if (rejections.every(({ rejected }) => rejected.reason === 'context-too-small')) {
    return refuse(life, 400, { code: 'context_length_exceeded', message });
  }
  const waits = rejections.flatMap(({ rejected }) =>
    'retryInMs' in rejected && rejected.retryInMs !== undefined ? [rejected.retryInMs] : [],
  );
  const retryAfter = waits.length > 0 ? `${Math.ceil(Math.min(...waits) / 1000)}` : undefined;
  const headers: HeaderList = retryAfter === undefined ? [] : [['retry-after', retryAfter]];
  refuse(life, 503, { code: 'no_instance_available', message }, headers);
}

/** The client left: neither the call nor the instance has failed. */
export const CLIENT_GONE: CallError = {
  code: 'client_gone',
  message: 'the client closed its connection before the answer was complete',
};

export function cancelCall(life: CallLife, body?: BodyRef): void {
  endCall(life, { outcome: 'cancelled', error: CLIENT_GONE, ...(body && { body }) });
}

export function ownHeaders(life: CallLife, instance?: string): HeaderList {
  const own: [string, string][] = [
    ['x-signalbox-run', life.recorder.runId],
    ['x-signalbox-call', life.spanId],
  ];
  if (instance !== undefined) own.push(['x-signalbox-instance', instance]);
  return own;
}

function describe(rejection: Rejection): string {
  switch (rejection.reason) {
    case 'already-tried':
      return 'was tried already';
    case 'maintenance':
      return 'is under maintenance';
    case 'context-too-small':
      return `holds ${rejection.limit} tokens, about ${rejection.needed} are needed`;
    case 'at-capacity':
      return `has ${rejection.outstanding} of ${rejection.capacity} attempts in flight`;
    case 'lacks-capability':
      return `cannot do ${rejection.missing.join(', ')}`;
    case 'denied':
      return `is refused by the policy "${rejection.policy}"`;
    case 'unhealthy':
      return `failed its last ${rejection.failures} probes`;
    case 'ejected':
      return `did too badly (${rejection.because}) and is left out for another ${seconds(rejection.retryInMs)}`;
    case 'resources-short':
      return `needs ${rejection.needed} of "${rejection.resource}", ${rejection.free} are free`;
    case 'rate-limited': {
      const what =
        rejection.limit === 'retry-after' ? 'asked to be left alone' : `has reached its ${rejection.limit}`;
      return rejection.retryInMs === undefined ? what : `${what} for another ${seconds(rejection.retryInMs)}`;
    }
    case 'breaker-open':
      return rejection.retryInMs === undefined
        ? 'its breaker waits for probes that are under way'
        : `its breaker is open for another ${seconds(rejection.retryInMs)}`;
  }
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}
