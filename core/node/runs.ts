import { createHash } from 'node:crypto';
import type { RunId } from '../base/ids.ts';
import type { Millis } from '../base/units.ts';
import type { Attribution, Dialect, EventData } from '../journal/event.ts';
import { parseTraceparent } from '../journal/otlp/traceparent.ts';
import { startRecorder, type Recorder, type RecorderPorts } from '../journal/recorder.ts';
import { headerOf } from '../scheduling/headers.ts';
import type { HeaderList } from '../scheduling/upstream.ts';

/** An ambient run ends when its client has been silent for this long. */
const AMBIENT_SILENCE_MS = 60_000;

/** Ambient runs that are open at once: whoever invents clients does not fill the memory. */
const MOST_AMBIENT = 1_000;

/** Events of an ambient run, after which its client gets another: one that is never silent would never end. */
const LONGEST_AMBIENT = 50_000;

/** Traces whose run is remembered; the oldest are forgotten. */
const TRACES_KEPT = 100_000;

/** Spans are reported when they end: a run that is opened by a report began before it, but hardly earlier than this. */
const LONGEST_BACKDATING_MS = 86_400_000;

/** Base URLs that an agent would have used without Signalbox, for the dialects it has credentials of its own for. */
export type PassThrough = Readonly<Partial<Record<Dialect, string>>>;

export interface OpenRun {
  readonly recorder: Recorder;
  readonly passThrough: PassThrough;
  /** Set for a run that nobody started: the client that it stands for. */
  readonly client?: string;
  openCalls: number;
  lastActivity: number;
}

export interface RunIdentity {
  readonly hostVersion: string;
  readonly configHash: string;
}

/** The runs that are open now, and how a request finds its own. */
export class Runs {
  private readonly open = new Map<RunId, OpenRun>();
  private readonly byTrace = new Map<string, RunId>();
  /** The same the other way round, for runs that have traces. */
  private readonly tracesOf = new Map<RunId, Set<string>>();
  /** The ambient runs. */
  private readonly byClient = new Map<string, RunId>();
  private readonly ports: RecorderPorts;
  private readonly identity: RunIdentity;
  private readonly sweep: NodeJS.Timeout;
  /** The run of the host itself, for what belongs to no agent. */
  readonly host: Recorder;

  constructor(ports: RecorderPorts, identity: RunIdentity) {
    this.ports = ports;
    this.identity = identity;
    this.host = startRecorder(ports, { name: 'host', source: 'host', ...identity });
    this.sweep = setInterval(() => this.endSilent(), AMBIENT_SILENCE_MS / 12).unref();
  }

  start(
    run: Pick<EventData['run-started'], 'name' | 'source' | 'command' | 'cwd'>,
    passThrough: PassThrough = {},
    client?: string,
    earlier: Millis = 0,
  ): OpenRun {
    const recorder = startRecorder(this.ports, { ...run, ...this.identity }, earlier);
    const lastActivity = performance.now();
    const opened: OpenRun = {
      recorder,
      passThrough,
      openCalls: 0,
      lastActivity,
      ...(client !== undefined && { client }),
    };
    this.open.set(recorder.runId, opened);
    if (client !== undefined) this.keepAmbient(client, recorder.runId);
    return opened;
  }

  /** Whether a run is open that ends by itself, with its agent's process. */
  get launchedAreOpen(): boolean {
    return [...this.open.values()].some((run) => run.client === undefined);
  }

  find(id: RunId): OpenRun | undefined {
    return this.open.get(id);
  }

  /** False where the run is not open. */
  end(id: RunId, data: EventData['run-ended']): boolean {
    const run = this.open.get(id);
    if (!run) return false;
    this.open.delete(id);
    for (const trace of this.tracesOf.get(id) ?? []) this.byTrace.delete(trace);
    this.tracesOf.delete(id);
    if (run.client !== undefined && this.byClient.get(run.client) === id) this.byClient.delete(run.client);
    run.recorder.append('run-ended', data);
    return true;
  }

  /** Ends what is still open, because the host stops. */
  endAll(): void {
    clearInterval(this.sweep);
    for (const id of this.open.keys()) {
      this.end(id, { status: 'interrupted', reason: 'the host was stopped while the run was open' });
    }
    this.host.append('run-ended', { status: 'completed' });
  }

  /**
   * The run of a request: the one that its prefix or its header names, the one that its trace belongs to, else the
   * ambient run of its client. Nothing where a run is named that is not open.
   */
  attribute(
    prefix: RunId | undefined,
    headers: HeaderList,
  ): { run: OpenRun; attribution: Attribution } | undefined {
    const trace = parseTraceparent(headerOf(headers, 'traceparent'))?.traceId;
    const named = prefix ?? (headerOf(headers, 'x-signalbox-run') as RunId | undefined);
    if (named !== undefined) {
      const run = this.open.get(named);
      if (run) this.rememberTrace(trace, run);
      return run && { run, attribution: prefix === undefined ? 'header' : 'prefix' };
    }
    const traced = this.ofTrace(trace);
    if (traced) return { run: traced, attribution: 'traceparent' };
    const run = this.ambientRun(headers);
    this.rememberTrace(trace, run);
    return { run, attribution: 'ambient' };
  }

  /** The open run that a trace belongs to. */
  ofTrace(trace: string | undefined): OpenRun | undefined {
    const id = trace === undefined ? undefined : this.byTrace.get(trace);
    return unlessFull(id && this.open.get(id));
  }

  /** What else comes of the trace belongs to this run. */
  rememberTrace(trace: string | undefined, run: OpenRun): void {
    const { runId } = run.recorder;
    if (trace === undefined || this.byTrace.get(trace) === runId) return;
    if (this.byTrace.size >= TRACES_KEPT) this.forgetTrace(this.byTrace.keys().next().value!);
    this.forgetTrace(trace);
    this.byTrace.set(trace, runId);
    const traces = this.tracesOf.get(runId) ?? new Set();
    this.tracesOf.set(runId, traces.add(trace));
  }

  /** The ambient run of a service that reports telemetry; a new one begins where its first report does. */
  ofService(service: string, instance: string, firstAt: Millis): OpenRun {
    const client = clientOf('service', service, instance);
    const known = this.findAmbient(client);
    if (known) return known;
    const before = Math.max(Math.ceil(this.ports.clock.wallTime() - firstAt), 0);
    const earlier = before > LONGEST_BACKDATING_MS ? 0 : before;
    return this.start({ name: service.slice(0, 80), source: 'ambient' }, {}, client, earlier);
  }

  private ambientRun(headers: HeaderList): OpenRun {
    const agent = headerOf(headers, 'user-agent') ?? 'unknown client';
    const credential = headerOf(headers, 'authorization') ?? headerOf(headers, 'x-api-key') ?? '';
    const client = clientOf('agent', agent, credential);
    return (
      this.findAmbient(client) ??
      this.start({ name: agent.split(' ')[0]!.slice(0, 80), source: 'ambient' }, {}, client)
    );
  }

  private findAmbient(client: string): OpenRun | undefined {
    const id = this.byClient.get(client);
    return unlessFull(id && this.open.get(id));
  }

  private keepAmbient(client: string, id: RunId): void {
    if (this.byClient.size >= MOST_AMBIENT) this.endMostSilent();
    this.byClient.set(client, id);
  }

  private endMostSilent(): void {
    let found: readonly [RunId, OpenRun] | undefined;
    for (const id of this.byClient.values()) {
      const run = this.open.get(id)!;
      if (run.openCalls === 0 && (!found || run.lastActivity < found[1].lastActivity)) found = [id, run];
    }
    if (found) this.end(found[0], { status: 'completed', reason: `${MOST_AMBIENT} other clients came` });
  }

  private forgetTrace(trace: string): void {
    const owner = this.byTrace.get(trace);
    this.byTrace.delete(trace);
    if (owner !== undefined) this.tracesOf.get(owner)?.delete(trace);
  }

  private endSilent(): void {
    const limit = performance.now() - AMBIENT_SILENCE_MS;
    for (const [id, run] of this.open) {
      if (run.client === undefined || run.openCalls > 0 || run.lastActivity > limit) continue;
      this.end(id, { status: 'completed', reason: 'the client was silent for a minute' });
    }
  }
}

/** What is full gets nothing more, and ends when what is open there has ended and it was silent for long enough. */
function unlessFull(run: OpenRun | undefined): OpenRun | undefined {
  const isFull = run?.client !== undefined && run.recorder.length >= LONGEST_AMBIENT;
  return isFull ? undefined : run;
}

/** A name for a client that says nothing of it: its credential must not be kept. */
function clientOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
