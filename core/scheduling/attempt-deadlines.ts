import type { Clock } from '../base/clock.ts';
import type { Nanos } from '../base/units.ts';
import type { CallError } from '../journal/event.ts';
import type { Deadlines, TimeoutOptions } from '../resilience/timeouts.ts';
import type { DeadlineWatch, Expiring } from './deadline-watch.ts';

/** The deadlines of one attempt, under watch until it ends. The one that passes aborts the attempt. */
export class AttemptDeadlines implements Expiring {
  /** Set once one has passed. */
  passed: CallError | undefined;
  readonly options: TimeoutOptions;
  private readonly deadlines: Deadlines;
  private began = false;
  private readonly clock: Clock;
  private readonly watch: DeadlineWatch;
  private readonly abort: () => void;

  constructor(
    ports: { readonly clock: Clock; readonly watch: DeadlineWatch },
    options: TimeoutOptions,
    deadlines: Deadlines,
    abort: () => void,
  ) {
    this.options = options;
    this.clock = ports.clock;
    this.watch = ports.watch;
    this.abort = abort;
    this.deadlines = deadlines;
    this.watch.add(this);
  }

  /** A piece of the answer has arrived. */
  sawEvent(): void {
    this.deadlines.sawEvent(this.clock.now());
    if (this.began) return;
    this.began = true;
    // From here on silence counts, which may be shorter than the time to the beginning.
    this.watch.add(this);
  }

  stop(): void {
    this.watch.remove(this);
  }

  expiresAt(): Nanos {
    return this.deadlines.nextExpiry(this.options)?.at ?? Infinity;
  }

  expire(): void {
    const expiry = this.deadlines.nextExpiry(this.options);
    if (!expiry) return;
    this.passed = timeoutError(expiry.kind, this.options);
    this.abort();
  }
}

function timeoutError(kind: 'first-token' | 'idle' | 'total', options: TimeoutOptions): CallError {
  const { firstTokenMs, idleMs, totalMs } = options;
  switch (kind) {
    case 'first-token':
      return { code: 'first_token_timeout', message: `no answer began within ${firstTokenMs / 1000} s` };
    case 'idle':
      return { code: 'idle_timeout', message: `the answer stood still for ${idleMs / 1000} s` };
    case 'total':
      return { code: 'total_timeout', message: `the call was not answered within ${totalMs / 1000} s` };
  }
}
