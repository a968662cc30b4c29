import type { RunId } from '../../base/ids.ts';
import { NANOS_PER_MILLI, type Millis } from '../../base/units.ts';
import { problemOf, problemOfLog } from '../../journal/otlp/check-span.ts';
import { Rejections, type Rejected } from '../../journal/otlp/answer.ts';
import type {
  OtlpLogs,
  OtlpMetrics,
  OtlpResource,
  OtlpScope,
  OtlpTraces,
} from '../../journal/otlp/protocol.ts';
import {
  serviceOf,
  writeLog,
  writeMetrics,
  writeReporter,
  writeSpan,
} from '../../journal/otlp/write-report.ts';
import type { ReportedBy } from '../../journal/span-report.ts';
import { headerOf } from '../../scheduling/headers.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';
import type { OpenRun, Runs } from '../runs.ts';

/** Where an export came in: the run that it names must be open. */
export interface ExportOrigin {
  readonly runs: Runs;
  readonly named: RunId | undefined;
  readonly headers: HeaderList;
}

/** Calls must not wait for a large export: after so long, whatever else there is has its turn. */
const TURN_MS: Millis = 5;

/** Records every span that can be; the rest is said. */
export async function recordTraces(origin: ExportOrigin, { resourceSpans }: OtlpTraces): Promise<Rejected> {
  const rejections = new Rejections();
  const turns = new Turns();
  for (const { resource, scopeSpans } of resourceSpans) {
    const spans = scopeSpans.flatMap((group) => group.spans);
    const owner = new Owner(origin, resource, earliest(spans.map((span) => span.startTimeUnixNano)));
    for (const { scope, spans } of scopeSpans) {
      const reporters = new Reporters(resource, scope);
      for (const span of spans) {
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
  }
  return rejections.sum('span');
}

export async function recordLogs(origin: ExportOrigin, { resourceLogs }: OtlpLogs): Promise<Rejected> {
  const rejections = new Rejections();
  const turns = new Turns();
  for (const { resource, scopeLogs } of resourceLogs) {
    const records = scopeLogs.flatMap((group) => group.logRecords);
    const times = records.map(
      ({ timeUnixNano, observedTimeUnixNano }) => timeUnixNano || observedTimeUnixNano,
    );
    const owner = new Owner(origin, resource, earliest(times));
    for (const { scope, logRecords } of scopeLogs) {
      const reporters = new Reporters(resource, scope);
      for (const record of logRecords) {
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
  }
  return rejections.sum('log record');
}

/** Metrics are summed up, and kept as they came: one event for the export, in the run of its first resource. */
export function recordMetrics(
  origin: ExportOrigin,
  { resourceMetrics }: OtlpMetrics,
  contentType: string,
  body: Uint8Array,
): Rejected {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((group) => group.metrics),
  );
  const { resource, scopeMetrics } = resourceMetrics[0] ?? { resource: undefined, scopeMetrics: [] };
  if (metrics.length > 0) {
    const run = new Owner(origin, resource, undefined).runOf(undefined);
    const by = writeReporter(resource, scopeMetrics[0]?.scope, run.recorder.keepBody);
    run.recorder.append(
      'metrics-reported',
      writeMetrics(metrics, by, contentType, run.recorder.keepBody(body)),
    );
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

function earliest(unixNanos: readonly bigint[]): Millis | undefined {
  const known = unixNanos.filter((time) => time > 0n);
  if (known.length === 0) return undefined;
  return Number(known.reduce((least, time) => (time < least ? time : least)) / BigInt(NANOS_PER_MILLI));
}
