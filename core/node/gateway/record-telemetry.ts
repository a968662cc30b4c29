import type { RunId } from '../../base/ids.ts';
import type { Millis } from '../../base/units.ts';
import { problemOf, problemOfLog } from '../../journal/otlp/check-span.ts';
import { Rejections, type Rejected } from '../../journal/otlp/answer.ts';
import type { OtlpResource, OtlpScope } from '../../journal/otlp/protocol.ts';
import { serviceOf, writeLog, writeReporter, writeSpan } from '../../journal/otlp/write-report.ts';
import type { ReportedBy } from '../../journal/span-report.ts';
import { headerOf } from '../../scheduling/headers.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';
import type { OpenRun, Runs } from '../runs.ts';
import type { Pieces } from '../telemetry/export-reader.ts';

/** Where an export came in: the run that it names must be open. */
export interface ExportOrigin {
  readonly runs: Runs;
  readonly named: RunId | undefined;
  readonly headers: HeaderList;
}

/** Calls must not wait for a large export: after so long, whatever else there is has its turn. */
const TURN_MS: Millis = 5;

/** Records every span that can be; the rest is said. */
export async function recordTraces(origin: ExportOrigin, pieces: Pieces<'traces'>): Promise<Rejected> {
  const rejections = new Rejections();
  const turns = new Turns();
  for await (const { resource, scope, firstAt, items } of pieces) {
    const owner = new Owner(origin, resource, firstAt);
    const reporters = new Reporters(resource, scope);
    for (const span of items) {
      const problem = problemOf(span);
      if (problem !== undefined) {
        rejections.add(problem);
        continue;
      }
      const run = owner.runOf(span.traceId);
      const { span: ref, data } = writeSpan(span, reporters.for(run), run.recorder.keepBody);
      run.recorder.append('span-reported', data, ref);
      await turns.pause();
    }
  }
  return rejections.sum('span');
}

export async function recordLogs(origin: ExportOrigin, pieces: Pieces<'logs'>): Promise<Rejected> {
  const rejections = new Rejections();
  const turns = new Turns();
  for await (const { resource, scope, firstAt, items } of pieces) {
    const owner = new Owner(origin, resource, firstAt);
    const reporters = new Reporters(resource, scope);
    for (const record of items) {
      const problem = problemOfLog(record);
      if (problem !== undefined) {
        rejections.add(problem);
        continue;
      }
      const run = owner.runOf(record.traceId === '' ? undefined : record.traceId);
      const { span, data } = writeLog(record, reporters.for(run), run.recorder.keepBody);
      run.recorder.append('telemetry-log-reported', data, span);
      await turns.pause();
    }
  }
  return rejections.sum('log record');
}

/** Metrics are summed up, and kept as they came: one event for the export, in the run of its first resource. */
export async function recordMetrics(
  origin: ExportOrigin,
  pieces: Pieces<'metrics'>,
  contentType: string,
  body: Uint8Array,
): Promise<Rejected> {
  for await (const { resource, scope, items: metrics } of pieces) {
    const { recorder } = new Owner(origin, resource, undefined).runOf(undefined);
    const by = writeReporter(resource, scope, recorder.keepBody);
    recorder.append('metrics-reported', { metrics, contentType, body: recorder.keepBody(body), ...by });
  }
  return { count: 0, message: '' };
}

/** Which run the reports of a resource belong to. */
class Owner {
  private readonly origin: ExportOrigin;
  private readonly service: string;
  private readonly instance: string;
  private readonly firstAt: Millis | undefined;

  /** `firstAt`: when the first of its reports began, where one did. */
  constructor(origin: ExportOrigin, resource: OtlpResource | undefined, firstAt: Millis | undefined) {
    const { name, instance = '' } = serviceOf(resource);
    this.origin = origin;
    this.service = name ?? headerOf(origin.headers, 'user-agent')?.split(' ')[0] ?? 'unknown service';
    this.instance = instance;
    this.firstAt = firstAt;
  }

  /** The run that the export names, or that has the trace, else that of the service. */
  runOf(trace: string | undefined): OpenRun {
    const { runs, named } = this.origin;
    const run =
      (named === undefined ? runs.ofTrace(trace) : runs.find(named)) ??
      runs.ofService(this.service, this.instance, this.firstAt ?? Date.now());
    run.lastActivity = performance.now();
    runs.rememberTrace(trace, run);
    return run;
  }
}

/** Who reports, for the run that it is kept in. */
class Reporters {
  private readonly resource: OtlpResource | undefined;
  private readonly scope: OtlpScope | undefined;
  private readonly known = new Map<OpenRun, ReportedBy>();

  constructor(resource: OtlpResource | undefined, scope: OtlpScope | undefined) {
    this.resource = resource;
    this.scope = scope;
  }

  for(run: OpenRun): ReportedBy {
    const known = this.known.get(run);
    if (known) return known;
    const by = writeReporter(this.resource, this.scope, run.recorder.keepBody);
    this.known.set(run, by);
    return by;
  }
}

/** Gives way to others now and then. */
class Turns {
  private until = performance.now() + TURN_MS;

  async pause(): Promise<void> {
    if (performance.now() < this.until) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.until = performance.now() + TURN_MS;
  }
}
