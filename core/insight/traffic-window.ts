import type { RunId, SpanId } from '../base/ids.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos, type Usd } from '../base/units.ts';
import type { EventData, JournalEvent } from '../journal/event.ts';
import type { Pick } from '../journal/pick.ts';
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
  readonly run: RunId;
  readonly startedAt: Nanos;
  readonly targets: readonly Target[];
  readonly reserved: EventData['attempt-started']['reserved'];
  begunAt?: Nanos;
}

interface OpenCall {
  readonly run: RunId;
  /** The one that it was routed to last. */
  pool?: string;
  /** Resources of which too little was free. */
  waitsFor?: readonly string[];
  isQueued?: boolean;
}

/** The figures of the traffic since they were last taken: a fold over the events of all runs, as they happen. */
export class TrafficWindow {
  private readonly instances = new Map<string, Target>();
  private readonly pools = new Map<string, Target>();
  private readonly resources = new Map<string, Resource>();
  private readonly attempts = new Map<SpanId, OpenAttempt>();
  private readonly calls = new Map<SpanId, OpenCall>();

  note(event: JournalEvent): void {
    const { spanId, wallTime } = event;
    switch (event.type) {
      case 'call-routed': {
        const { pick } = event.data;
        const call = this.call(event);
        if (pick.chosen === undefined) call.waitsFor = this.noteRejections(pick, wallTime);
        else {
          this.noteRejections(pick, wallTime);
          if (pick.pool !== undefined) call.pool = pick.pool;
        }
        return;
      }
      case 'call-queued': {
        const call = this.call(event);
        call.isQueued = true;
        return this.changeWaiting(call, 1, wallTime);
      }
      case 'call-dequeued': {
        const call = this.calls.get(spanId);
        return call && this.dequeue(call, wallTime);
      }
      case 'attempt-started': {
        const { instance, reserved } = event.data;
        const pool = event.parentSpanId && this.calls.get(event.parentSpanId)?.pool;
        const targets = [this.instance(instance, wallTime)];
        if (pool !== undefined) targets.push(this.pool(pool, wallTime));
        for (const target of targets) target.outstanding.change(1, wallTime);
        for (const name in reserved) {
          const resource = this.resource(name, wallTime);
          resource.asked += 1;
          resource.reserved.change(reserved[name]!, wallTime);
        }
        this.attempts.set(spanId, { run: event.runId, startedAt: event.at, targets, reserved });
        return;
      }
      case 'attempt-answered':
      case 'first-token-received': {
        const attempt = this.attempts.get(spanId);
        if (attempt) attempt.begunAt = event.at;
        return;
      }
      case 'attempt-ended':
        return this.endAttempt(event);
      case 'call-ended': {
        const { cost, usage } = event.data;
        const pool = this.calls.get(spanId)?.pool;
        if (cost && usage && pool !== undefined) this.pool(pool, wallTime).cost(cost.usd);
        this.calls.delete(spanId);
        return;
      }
      case 'run-ended':
        return this.endRun(event.runId, wallTime);
      default:
    }
  }

  /** The figures since the last time, and a new beginning; what is in flight stays in flight. Of what has none nothing is kept. */
  take(now: Millis): TrafficFigures {
    const taken = <Value>(table: Map<string, { take(now: Millis): Value; readonly isIdle?: boolean }>) => {
      const figures = new Map([...table].map(([name, one]) => [name, one.take(now)]));
      for (const [name, { isIdle }] of table) if (isIdle) table.delete(name);
      return figures;
    };
    return {
      at: now,
      instances: taken(this.instances),
      pools: taken(this.pools),
      resources: taken(this.resources),
    };
  }

  private endAttempt(event: Extract<JournalEvent, { type: 'attempt-ended' }>): void {
    const attempt = this.attempts.get(event.spanId);
    if (!attempt) return;
    const { outcome, error } = event.data;
    const { startedAt, begunAt, targets } = attempt;
    const judged = outcome === 'cancelled' ? 'ignored' : outcomeForBreaker(error);
    const firstTokenMs = begunAt === undefined ? undefined : (begunAt - startedAt) / NANOS_PER_MILLI;
    this.leave(event.spanId, attempt, event.wallTime);
    for (const target of targets) {
      target.attempts += 1;
      if (judged !== 'ignored') target.counted += 1;
      if (judged === 'success') {
        target.successes += 1;
        if (firstTokenMs !== undefined) target.firstTokens.add(firstTokenMs);
      }
      if (error && classifyError(error) === 'rate-limit') target.rateLimited += 1;
    }
  }

  private leave(span: SpanId, { targets, reserved }: OpenAttempt, now: Millis): void {
    this.attempts.delete(span);
    for (const target of targets) target.outstanding.change(-1, now);
    for (const name in reserved) this.resource(name, now).reserved.change(-reserved[name]!, now);
  }

  /** Nothing more is heard of what outlives its run. */
  private endRun(run: RunId, now: Millis): void {
    for (const [span, attempt] of this.attempts) if (attempt.run === run) this.leave(span, attempt, now);
    for (const [span, call] of this.calls) {
      if (call.run !== run) continue;
      if (call.isQueued) this.dequeue(call, now);
      this.calls.delete(span);
    }
  }

  /** The resources of which somebody had too little. */
  private noteRejections({ considered, strategy }: Pick, now: Millis): readonly string[] {
    let short = NOTHING_SHORT;
    for (const { instance, rejected } of considered) {
      if (rejected?.reason === 'at-capacity') {
        const target = strategy === 'guard' ? this.pool(instance, now) : this.instance(instance, now);
        target.atCapacity += 1;
      } else if (rejected?.reason === 'resources-short') {
        const resource = this.resource(rejected.resource, now);
        resource.asked += 1;
        resource.short += 1;
        if (!short.includes(rejected.resource)) short = [...short, rejected.resource];
      }
    }
    return short;
  }

  private dequeue(call: OpenCall, now: Millis): void {
    this.changeWaiting(call, -1, now);
    call.isQueued = false;
    call.waitsFor = NOTHING_SHORT;
  }

  private changeWaiting({ waitsFor }: OpenCall, by: number, now: Millis): void {
    for (const name of waitsFor ?? NOTHING_SHORT) this.resource(name, now).waiting.change(by, now);
  }

  private call({ runId: run, spanId }: JournalEvent): OpenCall {
    return found(this.calls, spanId, () => ({ run }));
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

  get isIdle(): boolean {
    return this.outstanding.level === 0;
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

const NOTHING_SHORT: readonly string[] = [];

function found<Key, Value>(table: Map<Key, Value>, name: Key, create: () => Value): Value {
  const known = table.get(name);
  if (known) return known;
  const created = create();
  table.set(name, created);
  return created;
}
