import { Cancellation, type CancelSignal } from '../base/cancellation.ts';
import type { Clock } from '../base/clock.ts';
import type { IdSource } from '../base/ids.ts';
import type { Mutable } from '../base/mutable.ts';
import type { Nanos } from '../base/units.ts';
import type { BodyRef, BreakerTransition, CallError, EventData, GuardScope } from '../journal/event.ts';
import type { EffectivePolicies } from '../routing/call-policies.ts';
import type { Guard, GuardPlace } from '../routing/guard.ts';
import type { AttemptResult, Judgement, LiveInstance } from '../routing/live-instance.ts';
import type { Instance } from '../registry/instance.ts';
import type { Deadlines } from '../resilience/timeouts.ts';
import { AttemptDeadlines } from './attempt-deadlines.ts';
import type { DeadlineWatch } from './deadline-watch.ts';
import type { Begun, SpanRef, Work } from './work.ts';

export interface AttemptPorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly watch: DeadlineWatch;
}

/** A guard that an attempt has passed. */
export interface PassedGuard {
  readonly scope: GuardScope;
  readonly name: string;
  readonly guard: Guard;
  readonly place: GuardPlace;
  readonly change: BreakerTransition | undefined;
}

export interface AttemptStart {
  readonly number: number;
  readonly hedge: boolean;
  readonly member: LiveInstance;
  /** Outermost first. */
  readonly guards: readonly PassedGuard[];
  readonly policies: EffectivePolicies;
  readonly deadlines: Deadlines;
  /** Gives back what the host lent it: its place, its resources. */
  readonly release: () => void;
  /** Told of every result that counts. */
  readonly judged: (instance: string, judgement: Judgement) => void;
}

export const HEDGE_LOST: CallError = {
  code: 'hedge_lost',
  message: 'another attempt of the same call was quicker',
};

/** One try of a call at one instance, from its start in the journal to its end, which leaves every guard exactly once. */
export class Attempt {
  readonly member: LiveInstance;
  readonly startedAt: Nanos;
  readonly span: SpanRef;
  readonly deadlines: AttemptDeadlines;
  private readonly ports: AttemptPorts;
  private readonly work: Work;
  private readonly start: AttemptStart;
  private cancellation: Cancellation | undefined;
  private aborted = false;
  private ended = false;

  constructor(ports: AttemptPorts, work: Work, start: AttemptStart) {
    this.ports = ports;
    this.work = work;
    this.start = start;
    this.member = start.member;
    this.startedAt = ports.clock.now();
    this.span = { spanId: ports.ids.spanId(), parentSpanId: work.span.spanId };
    const { name, provider, endpoint, model, requires } = start.member.instance;
    const started: Mutable<EventData['attempt-started']> = {
      attempt: start.number,
      instance: name,
      provider,
      endpoint,
    };
    if (model !== '') started.model = model;
    if (start.hedge) started.hedge = true;
    if (requires) started.reserved = requires;
    work.recorder.append('attempt-started', started, this.span);
    for (const { scope, name, change } of start.guards) this.noteChange(scope, name, change);
    const { timeouts } = start.policies;
    this.deadlines = new AttemptDeadlines(ports, timeouts, start.deadlines, () => this.abort());
  }

  get instance(): Instance {
    return this.member.instance;
  }

  /** Made when it is asked for: not every kind of work has something to abort. */
  get signal(): CancelSignal {
    if (!this.cancellation) {
      this.cancellation = new Cancellation();
      if (this.aborted || this.work.gone.aborted) this.cancellation.abort();
      else this.work.gone.addEventListener('abort', this.abort, { once: true });
    }
    return this.cancellation;
  }

  begin(): Promise<Begun> {
    return this.work.begin(this);
  }

  readonly abort = (): void => {
    this.aborted = true;
    this.cancellation?.abort();
  };

  /** Closes it in the journal and in every figure. Once: what comes later is ignored. */
  end(result: AttemptResult, body?: BodyRef): void {
    if (this.ended) return;
    this.ended = true;
    this.deadlines.stop();
    if (this.cancellation) this.work.gone.removeEventListener('abort', this.abort);
    const { outcome, error } = result;
    const { recorder } = this.work;
    const ended: Mutable<EventData['attempt-ended']> = { outcome };
    if (error) ended.error = error;
    if (body) ended.body = body;
    recorder.append('attempt-ended', ended, this.span);
    const now = this.ports.clock.now();
    const judgement = this.member.judge(this.startedAt, result, now);
    for (const { scope, name, guard, place } of this.start.guards) {
      this.noteChange(scope, name, guard.leave(place, judgement, now));
    }
    this.start.judged(this.instance.name, judgement);
    this.start.release();
  }

  private noteChange(scope: GuardScope, name: string, change: BreakerTransition | undefined): void {
    if (change) this.work.recorder.append('breaker-changed', { scope, name, ...change }, this.span);
  }
}
