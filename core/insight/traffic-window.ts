import type { SpanId } from '../base/ids.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos, type Usd } from '../base/units.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { Rejection } from '../journal/pick.ts';
import { outcomeForBreaker } from '../resilience/breaker.ts';
import { classifyError } from '../resilience/error-class.ts';
import { RollingQuantile } from '../resilience/quantile.ts';
import { TimeWeighted } from './time-weighted.ts';

/** What came of the attempts at one target that ended within a window. */
export interface TargetTraffic {
  readonly attempts: number;
  /** Of those that count: not cancelled, not refused for the client's fault. 1 where there was none. */
  readonly successShare: number;
  /** Answered with 429. */
  readonly rateLimited: number;
  readonly firstTokenP50Ms?: Millis;
  readonly firstTokenP95Ms?: Millis;
  readonly costPerCallUsd?: Usd;
  readonly outstandingMean: number;
  readonly outstandingMax: number;
  /** How often it was left out for lack of a place. */
  readonly atCapacity: number;
}

/** How one resource was used, in its own units. */
export interface ResourceTraffic {
  readonly reservedMean: number;
  readonly reservedPeak: number;
  /** How often it was asked for, and how often too little was free. */
  readonly asked: number;
  readonly short: number;
  readonly waitingMean: number;
}

export interface TrafficFigures {
  /** The end of the window. */
  readonly at: Millis;
  readonly instances: ReadonlyMap<string, TargetTraffic>;
  readonly pools: ReadonlyMap<string, TargetTraffic>;
  readonly resources: ReadonlyMap<string, ResourceTraffic>;
}

interface OpenAttempt {
  readonly startedAt: Nanos;
  readonly targets: readonly Target[];
  readonly reserved: Readonly<Record<string, number>>;
  begunAt?: Nanos;
}

/** The figures of the traffic since they were last taken: a fold over the events of all runs, as they happen. */
export class TrafficWindow {
  private readonly instances = new Map<string, Target>();
  private readonly pools = new Map<string, Target>();
  private readonly resources = new Map<string, Resource>();
  /** By attempt. Spans of all runs are told apart by their ids alone: those of calls and attempts are random, of 64 bits. */
  private readonly open = new Map<SpanId, OpenAttempt>();
  /** By call: the pool that it was routed to last, and the resources that it waits for. */
  private readonly poolOf = new Map<SpanId | undefined, string>();
  private readonly waitsFor = new Map<SpanId, readonly string[]>();

  note(event: JournalEvent): void {
    const { spanId: span, wallTime } = event;
    switch (event.type) {
      case 'call-routed': {
        const { pick } = event.data;
        const short: string[] = [];
        for (const { instance, rejected } of pick.considered) {
          if (rejected) this.noteRejection(instance, pick.strategy === 'guard', rejected, short, wallTime);
        }
        if (pick.chosen === undefined) this.waitsFor.set(span, short);
        else if (pick.pool !== undefined) this.poolOf.set(span, pick.pool);
        return;
      }
      case 'call-queued':
        return this.changeWaiting(span, 1, wallTime);
      case 'call-dequeued':
        this.changeWaiting(span, -1, wallTime);
        return void this.waitsFor.delete(span);
      case 'attempt-started': {
        const { instance, reserved = {} } = event.data;
        const pool = this.poolOf.get(event.parentSpanId);
        const targets = [this.instance(instance, wallTime)];
        if (pool !== undefined) targets.push(this.pool(pool, wallTime));
        for (const target of targets) target.outstanding.change(1, wallTime);
        for (const [name, amount] of Object.entries(reserved)) {
          const resource = this.resource(name, wallTime);
          resource.asked += 1;
          resource.reserved.change(amount, wallTime);
        }
        this.open.set(span, { startedAt: event.at, targets, reserved });
        return;
      }
      case 'attempt-answered':
      case 'first-token-received': {
        const attempt = this.open.get(span);
        if (attempt) attempt.begunAt = event.at;
        return;
      }
      case 'attempt-ended':
        return this.endAttempt(span, event);
      case 'call-ended': {
        const { cost, usage } = event.data;
        const pool = this.poolOf.get(span);
        if (cost && usage && pool !== undefined) this.pool(pool, wallTime).cost(cost.usd);
        this.poolOf.delete(span);
        this.waitsFor.delete(span);
        return;
      }
      default:
    }
  }

  /** The figures since the last time, and a new beginning; what is in flight stays in flight. */
  take(now: Millis): TrafficFigures {
    const taken = <Value>(table: Map<string, { take(now: Millis): Value }>) =>
      new Map([...table].map(([name, one]) => [name, one.take(now)]));
    return {
      at: now,
      instances: taken(this.instances),
      pools: taken(this.pools),
      resources: taken(this.resources),
    };
  }

  private endAttempt(span: SpanId, event: Extract<JournalEvent, { type: 'attempt-ended' }>): void {
    const attempt = this.open.get(span);
    if (!attempt) return;
    this.open.delete(span);
    const { outcome, error } = event.data;
    const { startedAt, begunAt, targets, reserved } = attempt;
    const judged = outcome === 'cancelled' ? 'ignored' : outcomeForBreaker(error);
    const firstTokenMs = begunAt === undefined ? undefined : (begunAt - startedAt) / NANOS_PER_MILLI;
    for (const target of targets) {
      target.outstanding.change(-1, event.wallTime);
      target.attempts += 1;
      if (judged !== 'ignored') target.counted += 1;
      if (judged === 'success') {
        target.successes += 1;
        if (firstTokenMs !== undefined) target.firstTokens.add(firstTokenMs);
      }
      if (error && classifyError(error) === 'rate-limit') target.rateLimited += 1;
    }
    for (const [name, amount] of Object.entries(reserved)) {
      this.resource(name, event.wallTime).reserved.change(-amount, event.wallTime);
    }
  }

  private noteRejection(
    name: string,
    isPool: boolean,
    rejected: Rejection,
    short: string[],
    now: Millis,
  ): void {
    if (rejected.reason === 'at-capacity') {
      (isPool ? this.pool(name, now) : this.instance(name, now)).atCapacity += 1;
    } else if (rejected.reason === 'resources-short') {
      const resource = this.resource(rejected.resource, now);
      resource.asked += 1;
      resource.short += 1;
      if (!short.includes(rejected.resource)) short.push(rejected.resource);
    }
  }

  private changeWaiting(call: SpanId, by: number, now: Millis): void {
    for (const name of this.waitsFor.get(call) ?? []) this.resource(name, now).waiting.change(by, now);
  }

  private instance(name: string, now: Millis): Target {
    return found(this.instances, name, () => new Target(now));
  }

  private pool(name: string, now: Millis): Target {
    return found(this.pools, name, () => new Target(now));
  }

  private resource(name: string, now: Millis): Resource {
    return found(this.resources, name, () => new Resource(now));
  }
}

class Target {
  attempts = 0;
  counted = 0;
  successes = 0;
  rateLimited = 0;
  atCapacity = 0;
  readonly outstanding: TimeWeighted;
  firstTokens = new RollingQuantile();
  private costs = { usd: 0, calls: 0 };

  constructor(now: Millis) {
    this.outstanding = new TimeWeighted(now);
  }

  cost(usd: Usd): void {
    this.costs = { usd: this.costs.usd + usd, calls: this.costs.calls + 1 };
  }

  take(now: Millis): TargetTraffic {
    const { attempts, counted, successes, rateLimited, atCapacity, costs } = this;
    const [p50, p95] = [this.firstTokens.at(0.5), this.firstTokens.at(0.95)];
    const { mean, peak } = this.outstanding.restart(now);
    this.attempts = this.counted = this.successes = this.rateLimited = this.atCapacity = 0;
    this.firstTokens = new RollingQuantile();
    this.costs = { usd: 0, calls: 0 };
    return {
      attempts,
      successShare: counted === 0 ? 1 : successes / counted,
      rateLimited,
      ...(p50 !== undefined && { firstTokenP50Ms: p50 }),
      ...(p95 !== undefined && { firstTokenP95Ms: p95 }),
      ...(costs.calls > 0 && { costPerCallUsd: costs.usd / costs.calls }),
      outstandingMean: mean,
      outstandingMax: peak,
      atCapacity,
    };
  }
}

class Resource {
  asked = 0;
  short = 0;
  readonly reserved: TimeWeighted;
  readonly waiting: TimeWeighted;

  constructor(now: Millis) {
    this.reserved = new TimeWeighted(now);
    this.waiting = new TimeWeighted(now);
  }

  take(now: Millis): ResourceTraffic {
    const { asked, short } = this;
    const reserved = this.reserved.restart(now);
    this.asked = this.short = 0;
    return {
      reservedMean: reserved.mean,
      reservedPeak: reserved.peak,
      asked,
      short,
      waitingMean: this.waiting.restart(now).mean,
    };
  }
}

function found<Value>(table: Map<string, Value>, name: string, create: () => Value): Value {
  const known = table.get(name);
  if (known) return known;
  const created = create();
  table.set(name, created);
  return created;
}
