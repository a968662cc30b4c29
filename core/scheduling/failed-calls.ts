import type { Clock } from '../base/clock.ts';
import type { SpanId } from '../base/ids.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import type { BodyRef } from '../journal/event.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Call } from './call.ts';
import { headerOf } from './headers.ts';

/** What a client's own retry has in common with the call that it tries again. */
export interface ClientAttempt {
  readonly request: string;
  readonly idempotencyKey?: string;
  /** As the client counts, from 0; absent where it does not say. */
  readonly retry?: number;
}

interface FailedCall extends ClientAttempt {
  readonly spanId: SpanId;
  readonly endedAt: Nanos;
}

/** SDKs wait a minute at most before they try again. */
const REMEMBERED_MS: Millis = 120_000;
/** Of each run. */
const MOST_REMEMBERED = 256;

export function clientAttemptOf(call: Call, body: BodyRef | undefined): ClientAttempt {
  const retry = clientRetryOf(call);
  const idempotencyKey = headerOf(call.headers, 'idempotency-key');
  return {
    request: [call.method, call.path, body?.hash ?? ''].join(' '),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(retry !== undefined && { retry }),
  };
}

/** Which retry of the client's own this is: the header of the official SDKs. */
function clientRetryOf({ headers }: Pick<Call, 'headers'>): number | undefined {
  const count = Number(headerOf(headers, 'x-stainless-retry-count') ?? Number.NaN);
  return Number.isInteger(count) && count >= 0 ? count : undefined;
}

/** The calls of open runs that their clients may still try again: they ended in an error, or the client left. */
export class FailedCalls {
  private readonly clock: Clock;
  private readonly byRun = new WeakMap<Recorder, FailedCall[]>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  note(run: Recorder, attempt: ClientAttempt, spanId: SpanId): void {
    const failed = this.byRun.get(run) ?? [];
    if (failed.length >= MOST_REMEMBERED) failed.shift();
    failed.push({ ...attempt, spanId, endedAt: this.clock.now() });
    this.byRun.set(run, failed);
  }

  /**
   * The call of the same run that this one tries again: the same request, and the same idempotency key where both have
   * one, which ended badly. A call is tried again once; whoever tries again is tried again itself.
   */
  takeRetried(run: Recorder, attempt: ClientAttempt): SpanId | undefined {
    const { request, idempotencyKey, retry = 0 } = attempt;
    const failed = this.byRun.get(run);
    if (!failed || (retry === 0 && idempotencyKey === undefined)) return undefined;
    const oldest = this.clock.now() - REMEMBERED_MS * NANOS_PER_MILLI;
    const candidates = failed.filter(
      (call) =>
        call.request === request &&
        call.endedAt >= oldest &&
        (retry === 0 || call.retry === undefined || call.retry < retry) &&
        (call.idempotencyKey === idempotencyKey || (retry > 0 && call.idempotencyKey === undefined)),
    );
    const found = candidates.findLast((call) => call.retry === retry - 1) ?? candidates.at(-1);
    if (!found) return undefined;
    failed.splice(failed.indexOf(found), 1);
    return found.spanId;
  }
}
