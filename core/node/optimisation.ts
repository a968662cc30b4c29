import type { ProposalInfo } from '../api/contract.ts';
import { every, type Clock, type Timers } from '../base/clock.ts';
import type { Config } from '../config/schema.ts';
import { TrafficWindow } from '../insight/traffic-window.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { Recorder } from '../journal/recorder.ts';
import { initialOptimiser, restAfterUndo, type OptimiserMemory } from '../scheduling/optimiser/hysteresis.ts';
import { keyOf, undoOf, type Proposal } from '../scheduling/optimiser/proposal.ts';
import { optimiseResources } from '../scheduling/optimiser/resource-optimiser.ts';
import { optimiseScheduler } from '../scheduling/optimiser/scheduler-optimiser.ts';
import type { HostScheduling } from './host-scheduling.ts';
import { requirersOf, resourceFigures, schedulerFigures } from './optimiser-figures.ts';

type Kind = 'scheduler' | 'resources';

interface Known {
  readonly proposal: Proposal;
  readonly by: Kind;
  readonly at: number;
  state: ProposalInfo['state'];
}

export interface OptimisationPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly scheduling: HostScheduling;
  /** The host's own run. */
  readonly recorder: Recorder;
}

/** Proposals that are kept, the newest first; those that are open always are. */
const KEPT = 50;

/** Watches the traffic, has the optimisers propose changes, and makes those that are applied. */
export class Optimisation {
  private readonly ports: OptimisationPorts;
  private readonly config: Config;
  private readonly windows = { scheduler: new TrafficWindow(), resources: new TrafficWindow() };
  private readonly memories: Record<Kind, OptimiserMemory> = {
    scheduler: initialOptimiser,
    resources: initialOptimiser,
  };
  private known: Known[] = [];
  private readonly stops: readonly (() => void)[];

  constructor(ports: OptimisationPorts, config: Config) {
    this.ports = ports;
    this.config = config;
    const { scheduler, resources } = config.optimiser;
    this.stops = [
      every(ports.timers, scheduler.intervalMs, () => this.look('scheduler')),
      every(ports.timers, resources.intervalMs, () => this.look('resources')),
    ];
  }

  /** Everything that is recorded, of all runs. */
  note(event: JournalEvent): void {
    this.windows.scheduler.note(event);
    this.windows.resources.note(event);
  }

  list(): readonly ProposalInfo[] {
    return this.known.map(({ proposal, at, state }) => ({ ...factsOf(proposal), at, state }));
  }

  /** False where there is no such proposal, or not in a state for that. */
  decide(id: string, action: 'apply' | 'undo' | 'dismiss'): boolean {
    const known = this.known.find(({ proposal }) => proposal.id === id);
    const needed = action === 'undo' ? 'applied' : 'proposed';
    if (known?.state !== needed) return false;
    switch (action) {
      case 'apply':
        return this.apply(known, 'person');
      case 'undo':
        return this.undo(known);
      case 'dismiss':
        known.state = 'dismissed';
        return true;
    }
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  private look(by: Kind): void {
    const { clock, scheduling, recorder } = this.ports;
    const traffic = this.windows[by].take(clock.wallTime());
    const options = this.config.optimiser;
    const { memory, proposals } =
      by === 'scheduler'
        ? optimiseScheduler(
            this.memories.scheduler,
            options.scheduler,
            schedulerFigures(traffic, scheduling, this.config),
          )
        : optimiseResources(
            this.memories.resources,
            options.resources,
            resourceFigures(traffic, scheduling, this.config),
          );
    this.memories[by] = memory;
    for (const proposal of proposals) {
      // A newer one for the same number replaces it.
      const key = keyOf(proposal);
      this.known = this.known.filter((one) => one.state !== 'proposed' || keyOf(one.proposal) !== key);
      const known: Known = { proposal, by, at: traffic.at, state: 'proposed' };
      this.known = [known, ...this.known].slice(0, KEPT);
      recorder.append('optimisation-proposed', factsOf(proposal));
      if (options[by].apply) this.apply(known, 'optimiser');
    }
  }

  private apply(known: Known, by: 'optimiser' | 'person'): boolean {
    if (!this.set(known.proposal)) return false;
    known.state = 'applied';
    this.ports.recorder.append('optimisation-applied', { id: known.proposal.id, by });
    return true;
  }

  private undo(known: Known): boolean {
    const { proposal, by } = known;
    if (!this.set(undoOf(proposal))) return false;
    known.state = 'undone';
    this.memories[by] = restAfterUndo(this.memories[by], this.config.optimiser[by], proposal);
    this.ports.recorder.append('optimisation-undone', { id: proposal.id });
    return true;
  }

  /** Makes the change; false where its target is no longer there, or no longer as the proposal found it. */
  private set({ kind, target, from, to }: Proposal): boolean {
    const dial = this.dialOf(kind, target);
    if (dial?.value !== from) return false;
    dial.set(to);
    return true;
  }

  /** The number that a proposal is about. */
  private dialOf(
    kind: Proposal['kind'],
    { kind: of, name, resource = '' }: Proposal['target'],
  ): Dial | undefined {
    const { registry, table, resources, scheduler } = this.ports.scheduling;
    const instance = of === 'instance' ? registry.get(name) : undefined;
    switch (kind) {
      case 'weight':
        return (
          instance && { value: instance.weight, set: (weight) => void registry.update(name, { weight }) }
        );
      case 'max-concurrent': {
        if (instance) {
          return { value: instance.capacity, set: (capacity) => void registry.update(name, { capacity }) };
        }
        const guard = table.configuredPools.find((pool) => pool.target.name === name)?.guard;
        const limit = (capacity: number) => {
          guard?.limitTo(capacity);
          scheduler.wake();
        };
        return guard && { value: guard.capacity, set: limit };
      }
      case 'resource-capacity': {
        const use = resources.use();
        const declare = (capacity: number) => {
          resources.declare({ ...capacityOf(use), [name]: capacity });
          scheduler.wake();
        };
        return { value: capacityOf(use)[name], set: declare };
      }
      case 'requirement': {
        const users = instance ? [instance] : requirersOf(registry.list(), name, this.config);
        const require = (amount: number) => {
          for (const { name: user, requires } of users) {
            registry.update(user, { requires: { ...requires, [resource]: amount } });
          }
        };
        return { value: users[0]?.requires?.[resource], set: require };
      }
    }
  }
}

interface Dial {
  /** Absent where it is not set. */
  readonly value: number | undefined;
  set(value: number): void;
}

function capacityOf(use: readonly { readonly resource: string; readonly capacity: number }[]) {
  return Object.fromEntries(use.map(({ resource, capacity }) => [resource, capacity]));
}

function factsOf({ id, kind, target, from, to, evidence, reason }: Proposal) {
  const of = target.resource === undefined ? target.name : `${target.name} (${target.resource})`;
  return { id, kind, target: of, from, to, evidence, reason };
}
