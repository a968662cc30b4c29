import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Instance } from '../registry/instance.ts';
import { LiveInstance, type InstanceFigures, type InstanceSettings } from './live-instance.ts';

/** What is known of every registered instance right now. One for the whole host. */
export class LiveInstances {
  private readonly byName = new Map<string, LiveInstance>();
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly settingsOf: (instance: string) => InstanceSettings;

  constructor(clock: Clock, random: Random, settingsOf: (instance: string) => InstanceSettings) {
    this.clock = clock;
    this.random = random;
    this.settingsOf = settingsOf;
  }

  get(name: string): LiveInstance | undefined {
    return this.byName.get(name);
  }

  all(): readonly LiveInstance[] {
    return [...this.byName.values()];
  }

  /** A new instance, or new settings of one that is known: what was measured of it stays. */
  put(instance: Instance): LiveInstance {
    const known = this.byName.get(instance.name);
    const settings = this.settingsOf(instance.name);
    if (known) {
      known.configure(instance, settings);
      return known;
    }
    const live = new LiveInstance(instance, settings, this.random);
    this.byName.set(instance.name, live);
    return live;
  }

  remove(name: string): void {
    this.byName.delete(name);
  }

  figures(name: string): InstanceFigures | undefined {
    return this.byName.get(name)?.figures(this.clock.now());
  }
}
