import type { Clock, Timers } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../../base/units.ts';
import { CHATTER, FloodGate } from '../../mcp/flood-gate.ts';
import { restartDelay, STEADY_MS } from '../../mcp/restart-delay.ts';
import { startChild, type ChildOptions, type ChildServer } from './child-process.ts';

export interface SupervisorPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

export interface SupervisorListener {
  /** A line that may be a message; says whether it was one. */
  onLine(text: string): boolean;
  onNoise(stream: 'stdout' | 'stderr', text: string): void;
  onDropped(stream: 'stdout' | 'stderr', count: number, bytes: number): void;
  onStarted(pid: number): void;
  /** It ended by itself, and starts again after so long. */
  onExit(reason: string, restartInMs: Millis): void;
}

export type SupervisedState =
  | { readonly kind: 'running'; readonly pid: number | undefined }
  | { readonly kind: 'waiting'; readonly reason: string; readonly until: Nanos; readonly ends: number };

/** A server's process, and another one whenever it ends by itself, until it is closed. */
export class SupervisedServer {
  private readonly ports: SupervisorPorts;
  private readonly options: ChildOptions;
  private readonly listener: SupervisorListener;
  private readonly gates: Readonly<Record<'stdout' | 'stderr', FloodGate>>;
  private child: ChildServer | undefined;
  private startedAt: Nanos = 0;
  private ends = 0;
  private waiting: { reason: string; until: Nanos; cancel: () => void } | undefined;
  private closed = false;

  constructor(ports: SupervisorPorts, options: ChildOptions, listener: SupervisorListener) {
    this.ports = ports;
    this.options = options;
    this.listener = listener;
    const gate = (stream: 'stdout' | 'stderr') =>
      new FloodGate(ports, CHATTER, (count, bytes) => listener.onDropped(stream, count, bytes));
    this.gates = { stdout: gate('stdout'), stderr: gate('stderr') };
    this.start();
  }

  get state(): SupervisedState {
    const { waiting, ends } = this;
    if (waiting) return { kind: 'waiting', reason: waiting.reason, until: waiting.until, ends };
    return { kind: 'running', pid: this.child?.pid };
  }

  /** Bytes that the process was sent and has not read. */
  get unread(): number {
    return this.child?.unread ?? 0;
  }

  /** Lost where no process runs. */
  write(line: string): void {
    this.child?.write(line);
  }

  pause(): void {
    this.child?.pause();
  }

  resume(): void {
    this.child?.resume();
  }

  /** Ends it for good; resolves when the process is gone. */
  async close(): Promise<void> {
    this.closed = true;
    this.waiting?.cancel();
    for (const gate of Object.values(this.gates)) gate.flush();
    await this.child?.end();
  }

  private start(): void {
    this.waiting = undefined;
    this.startedAt = this.ports.clock.now();
    this.child = startChild(this.options, {
      onLine: (line) => this.readLine(line),
      onNoise: (stream, text) => this.noise(stream, text),
      onExit: (reason) => this.exited(reason),
    });
    if (this.child.pid !== undefined) this.listener.onStarted(this.child.pid);
  }

  private readLine(line: Uint8Array): void {
    const text = new TextDecoder().decode(line);
    if (text.trim() === '' || this.closed) return;
    if (!this.listener.onLine(text)) this.noise('stdout', text);
  }

  private noise(stream: 'stdout' | 'stderr', text: string): void {
    if (this.closed || text.trim() === '') return;
    const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
    if (this.gates[stream].admit(text.length)) this.listener.onNoise(stream, shown);
  }

  private exited(reason: string): void {
    this.child = undefined;
    if (this.closed) return;
    const { clock, timers, random } = this.ports;
    const ranMs = (clock.now() - this.startedAt) / NANOS_PER_MILLI;
    this.ends = ranMs >= STEADY_MS ? 1 : this.ends + 1;
    const delay = restartDelay(this.ends, random);
    const until = clock.now() + delay * NANOS_PER_MILLI;
    this.waiting = { reason, until, cancel: timers.after(delay, () => this.start()) };
    this.listener.onExit(reason, delay);
  }
}

/** Characters of one line that are worth recording. */
const LONGEST_SHOWN = 4_096;
