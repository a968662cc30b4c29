import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { UsageSample } from '../api/contract.ts';
import type { Millis } from '../base/units.ts';

export interface UsageOptions {
  readonly now: () => Millis;
  /** Between two samples. */
  readonly everyMs: Millis;
  /** So many are kept, the newest. */
  readonly most: number;
}

/** What this process takes of its machine, looked at again and again: processor time of all its threads, memory, delay. */
export class HostUsage {
  private readonly options: UsageOptions;
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private readonly timer: NodeJS.Timeout;
  private before = { cpu: process.cpuUsage(), at: performance.now() };
  private taken: readonly UsageSample[] = [];

  constructor(options: UsageOptions) {
    this.options = options;
    this.delay.enable();
    this.timer = setInterval(() => this.sample(), options.everyMs).unref();
  }

  /** Oldest first. */
  get samples(): readonly UsageSample[] {
    return this.taken;
  }

  close(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  private sample(): void {
    const [{ cpu: before, at: since }, at] = [this.before, performance.now()];
    const cpu = process.cpuUsage();
    this.before = { cpu, at };
    const micros = cpu.user + cpu.system - before.user - before.system;
    const { rss, heapUsed } = process.memoryUsage();
    const sample: UsageSample = {
      at: this.options.now(),
      cores: micros / 1000 / Math.max(1, at - since),
      residentBytes: rss,
      heapBytes: heapUsed,
      delayP99Ms: this.delay.percentile(99) / 1e6,
    };
    this.delay.reset();
    this.taken = [...this.taken, sample].slice(-this.options.most);
  }
}
