import type { Clock, Timers } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { NANOS_PER_MILLI } from '../../base/units.ts';
import type { Instance } from '../../registry/instance.ts';
import { credentialOf } from '../../scheduling/headers.ts';
import {
  initialProbe,
  noteProbe,
  type ProbeChange,
  type ProbeOptions,
  type ProbeResult,
  type ProbesOptions,
  type ProbeState,
} from '../../resilience/probe.ts';

/** One GET. Never rejects; once the signal is set, what it gives does not matter any more. */
export type Probe = (
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  provider: string,
) => Promise<ProbeResult>;

export interface ProberPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly probe: Probe;
  onChange(instance: string, change: ProbeChange): void;
}

interface Watched {
  readonly instance: Instance;
  readonly options: ProbeOptions;
  state: ProbeState;
  /** Ends what it waits for: the time of its next probe, or that probe itself. */
  cancel: () => void;
}

/** Probes the instances of those categories that have options, each in its own rhythm, one probe at a time. */
export class Prober {
  private readonly ports: ProberPorts;
  private readonly options: ProbesOptions;
  private readonly watched = new Map<string, Watched>();

  constructor(ports: ProberPorts, options: ProbesOptions) {
    this.ports = ports;
    this.options = options;
  }

  /** These instances from now on, and no others; one that is as it was keeps its state and its rhythm. */
  watch(instances: readonly Instance[]): void {
    const kept = new Set<string>();
    for (const instance of instances) {
      const before = this.watched.get(instance.name);
      const options = this.options[instance.category];
      if (!options) continue;
      kept.add(instance.name);
      if (before && isSameTarget(before.instance, instance)) continue;
      before?.cancel();
      const state = initialProbe(options, this.ports.clock.now(), this.ports.random);
      const watched: Watched = { instance, options, state, cancel: () => undefined };
      this.watched.set(instance.name, watched);
      this.schedule(watched);
    }
    for (const [name, watched] of this.watched) {
      if (kept.has(name)) continue;
      watched.cancel();
      this.watched.delete(name);
    }
  }

  /** Nothing for an instance that is not probed. */
  stateOf(name: string): ProbeState | undefined {
    return this.watched.get(name)?.state;
  }

  /** Leaves no timer, and gives every open probe up. */
  stop(): void {
    this.watch([]);
  }

  private schedule(watched: Watched): void {
    const { clock, timers } = this.ports;
    const delay = Math.max(0, watched.state.dueAt - clock.now()) / NANOS_PER_MILLI;
    watched.cancel = timers.after(delay, () => this.start(watched));
  }

  private start(watched: Watched): void {
    const { timers, probe } = this.ports;
    const { instance, options } = watched;
    const controller = new AbortController();
    let open = true;
    const close = () => {
      open = false;
      cancelTimeout();
      controller.abort();
    };
    const end = (result: ProbeResult) => {
      if (!open) return;
      close();
      this.note(watched, result);
    };
    const cancelTimeout = timers.after(options.timeoutMs, () =>
      end({ kind: 'failed', message: `no answer within ${options.timeoutMs / 1000} s` }),
    );
    watched.cancel = close;
    const url = urlOf(instance, options);
    void probe(url, headersOf(instance), controller.signal, instance.provider).then(end);
  }

  private note(watched: Watched, result: ProbeResult): void {
    const { state, change } = noteProbe(watched.state, watched.options, result, this.ports.clock.now());
    watched.state = state;
    this.schedule(watched);
    if (change) this.ports.onChange(watched.instance.name, change);
  }
}

function isSameTarget(one: Instance, other: Instance): boolean {
  return one.endpoint === other.endpoint && one.apiKey === other.apiKey && one.category === other.category;
}

function urlOf({ endpoint }: Instance, { path }: ProbeOptions): string {
  return endpoint.replace(/\/$/, '') + path;
}

function headersOf(instance: Instance): Readonly<Record<string, string>> {
  const credential = credentialOf(instance);
  return credential.kind === 'key' ? { [credential.header]: credential.value } : {};
}
