import type { Collected } from '../api/contract.ts';
import { every, type Clock, type Timers } from '../base/clock.ts';
import type { RunId } from '../base/ids.ts';
import type { RetentionRules } from '../journal/retention.ts';
import type { Store } from './store/store.ts';

const HOUR_MS = 60 * 60 * 1000;
/** A host that is just starting has other things to do; one that is there for one command only leaves the runs alone. */
const FIRST_MS = 30_000;
/** What the writer does in one go, between the commits of what is recorded: a few milliseconds. */
const PARTS_TOGETHER = 50;
const PAGES_TOGETHER = 500;
/** A pause between two such steps, so that recording has most of the time. */
const PAUSE_MS = 10;

export interface RetentionPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly store: Store;
  readonly rules: RetentionRules;
  /** A run is gone. */
  deleted(run: RunId): void;
}

/** Keeps the journal as small as its rules want: soon after the start of the host, every hour, and when it is asked for. */
export class Retention {
  private readonly ports: RetentionPorts;
  private readonly stops: readonly (() => void)[];
  private stopped = false;
  /** What is under way, with all that waits behind it. */
  private working: Promise<unknown> = Promise.resolve();

  constructor(ports: RetentionPorts) {
    this.ports = ports;
    this.stops = [
      ports.timers.after(FIRST_MS, () => this.tidy()),
      every(ports.timers, HOUR_MS, () => this.tidy()),
    ];
  }

  /** Applies the rules and gives back all the room there is; `dryRun` only says what would go. */
  collect(dryRun: boolean): Promise<Collected> {
    return this.next(async () => {
      const freedBefore = await this.giveBack();
      const runs = await this.expired();
      if (dryRun) return { runs, packedBytes: 0, freedBytes: 0 };
      const deleted = await this.remove(runs);
      const freedAfter = await this.giveBack();
      const packedBytes = await this.pack();
      const { bytes } = await this.ports.store.reclaim();
      return { runs: deleted, packedBytes, freedBytes: freedBefore + freedAfter + bytes };
    });
  }

  /** Lets what is under way come to a good place. */
  async close(): Promise<void> {
    this.stopped = true;
    for (const stop of this.stops) stop();
    await this.working;
  }

  /** In small steps, beside everything else. */
  private tidy(): void {
    void this.next(async () => {
      await this.giveBack();
      await this.remove(await this.expired());
      await this.giveBack();
      await this.pack();
      await this.giveBack();
    }).catch(() => {
      // The journal cannot be written now: in an hour, perhaps.
    });
  }

  /** What deleted runs have left is not counted: it is to be gone before. */
  private expired(): Promise<Collected['runs']> {
    const { store, rules, clock } = this.ports;
    return store.read('expired', { rules, now: clock.wallTime() });
  }

  /** Removes what deleted runs have left, and gives the room back. Returns how many bytes. */
  private async giveBack(): Promise<number> {
    let freed = 0;
    while (!this.stopped) {
      const { bytes, more } = await this.ports.store.reclaim(PAGES_TOGETHER);
      freed += bytes;
      if (!more) break;
      await this.pause();
    }
    return freed;
  }

  private async remove(runs: Collected['runs']): Promise<Collected['runs']> {
    const gone: Collected['runs'][number][] = [];
    for (const expired of runs) {
      if (this.stopped) break;
      if ((await this.ports.store.deleteRun(expired.run)) !== 'deleted') continue;
      this.ports.deleted(expired.run);
      gone.push(expired);
      await this.pause();
    }
    return gone;
  }

  private async pack(): Promise<number> {
    let saved = 0;
    while (!this.stopped) {
      const { savedBytes, more } = await this.ports.store.pack(PARTS_TOGETHER);
      saved += savedBytes;
      if (!more) break;
      await this.pause();
    }
    return saved;
  }

  private next<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.working.then(work);
    this.working = done.catch(() => undefined);
    return done;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => void this.ports.timers.after(PAUSE_MS, resolve));
  }
}
