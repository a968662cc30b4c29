import type { Clock } from '../base/clock.ts';
import type { EventData } from '../journal/event.ts';
import type { BreakerOutcome } from '../resilience/breaker.ts';
import { noteResult, sweep, type OutlierChange, type Standing } from '../resilience/outlier-ejection.ts';
import type { OutlierOptions } from '../resilience/outlier-options.ts';
import type { ProbeChange } from '../resilience/probe.ts';
import type { LiveInstances } from './live-instances.ts';

export interface HealthPorts {
  readonly clock: Clock;
  readonly live: LiveInstances;
  /** The members of each pool, by name. */
  readonly pools: () => readonly (readonly string[])[];
  readonly changed: (change: EventData['health-changed']) => void;
}

/** Leaves instances out that do worse than they may, or than the others of their pools, and lets them come back. */
export class HealthWatch {
  private readonly ports: HealthPorts;
  private readonly options: OutlierOptions;
  private standings = new Map<string, Standing>();

  constructor(ports: HealthPorts, options: OutlierOptions) {
    this.ports = ports;
    this.options = options;
  }

  /** How an attempt ended; of an instance that is registered, since nothing else is ever left out. */
  note(instance: string, outcome: BreakerOutcome): void {
    const { clock, live, pools } = this.ports;
    if (!live.get(instance)) return;
    const noted = { instance, outcome, now: clock.now() };
    const { standing, changes } = noteResult(this.standings, this.options, noted, pools());
    this.standings.set(instance, standing);
    this.follow(changes);
  }

  /** Compares the members of each pool, every `sweepMs`. */
  sweep(): void {
    const { clock, pools } = this.ports;
    const { standings, changes } = sweep(this.standings, this.options, pools(), clock.now());
    this.standings = new Map(standings);
    this.follow(changes);
  }

  /** It is no longer registered: one of the same name that comes later is another. */
  forget(instance: string): void {
    this.standings.delete(instance);
  }

  /** What the active probes of an instance say has changed. */
  probed(instance: string, change: ProbeChange, failures: number): void {
    const live = this.ports.live.get(instance);
    if (!live) return;
    const from = live.unhealthy ? 'unhealthy' : 'healthy';
    const { to, message } = change;
    live.unhealthy = to === 'unhealthy' ? { reason: 'unhealthy', failures } : undefined;
    if (from !== to) this.ports.changed({ instance, from, to, because: 'probes', message });
  }

  private follow(changes: readonly OutlierChange[]): void {
    for (const change of changes) {
      const { instance, from, to } = change;
      const live = this.ports.live.get(instance);
      if (live) live.ejected = this.standings.get(instance)?.ejection;
      // One that was prevented changes nothing.
      if (from === to) continue;
      this.ports.changed(
        to === 'ejected'
          ? { instance, from, to, because: change.because, forMs: change.forMs, evidence: change.evidence }
          : { instance, from, to, because: 'time-served' },
      );
    }
  }
}
