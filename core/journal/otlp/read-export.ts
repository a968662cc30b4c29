import { ok, type Result } from '../../base/result.ts';
import { NANOS_PER_MILLI, type Millis } from '../../base/units.ts';
import type { Signal } from './answer.ts';
import { decodeExport, type Encoding } from './decode-export.ts';
import {
  LOGS,
  METRICS,
  TRACES,
  type OtlpLogRecord,
  type OtlpLogs,
  type OtlpMetrics,
  type OtlpResource,
  type OtlpScope,
  type OtlpSpan,
  type OtlpTraces,
} from './protocol.ts';
import { summariseMetric, type MetricSummary } from './summarise-metric.ts';

/** Some of what one scope of one resource reports, few enough to be handed over at once. */
export interface Piece<Item> {
  readonly resource: OtlpResource | undefined;
  readonly scope: OtlpScope | undefined;
  /** When the first report of the resource in this export began, where one says it. */
  readonly firstAt?: Millis;
  readonly items: readonly Item[];
}

/** What the pieces of an export hold, by what it is about. */
export interface Items {
  readonly traces: OtlpSpan;
  readonly logs: OtlpLogRecord;
  readonly metrics: MetricSummary;
}

/** About as many attributes as are in one piece; what has more by itself is a piece of its own. */
const LARGEST_PIECE = 512;

/**
 * Reads a whole export and hands it over piece by piece; of a broken one nothing. The metrics of an export are one piece,
 * in the name of its first resource and scope.
 */
export function readExport<Of extends Signal>(
  body: Uint8Array,
  encoding: Encoding,
  signal: Of,
): Result<Iterable<Piece<Items[Of]>>, string>;
export function readExport(
  body: Uint8Array,
  encoding: Encoding,
  signal: Signal,
): Result<Iterable<Piece<Items[Signal]>>, string> {
  switch (signal) {
    case 'traces': {
      const decoded = decodeExport(body, encoding, TRACES);
      return decoded.ok ? ok(piecesOfTraces(decoded.value)) : decoded;
    }
    case 'logs': {
      const decoded = decodeExport(body, encoding, LOGS);
      return decoded.ok ? ok(piecesOfLogs(decoded.value)) : decoded;
    }
    case 'metrics': {
      const decoded = decodeExport(body, encoding, METRICS);
      return decoded.ok ? ok(pieceOfMetrics(decoded.value)) : decoded;
    }
  }
}

function* piecesOfTraces({ resourceSpans }: OtlpTraces): Generator<Piece<OtlpSpan>> {
  for (const { resource, scopeSpans } of resourceSpans) {
    const spans = scopeSpans.flatMap((group) => group.spans);
    const firstAt = earliest(spans.map((span) => span.startTimeUnixNano));
    for (const { scope, spans } of scopeSpans) {
      for (const items of cut(spans, weightOfSpan)) yield { resource, scope, ...firstAt, items };
    }
  }
}

function* piecesOfLogs({ resourceLogs }: OtlpLogs): Generator<Piece<OtlpLogRecord>> {
  for (const { resource, scopeLogs } of resourceLogs) {
    const records = scopeLogs.flatMap((group) => group.logRecords);
    const times = records.map(
      ({ timeUnixNano, observedTimeUnixNano }) => timeUnixNano || observedTimeUnixNano,
    );
    const firstAt = earliest(times);
    for (const { scope, logRecords } of scopeLogs) {
      for (const items of cut(logRecords, ({ attributes }) => 1 + attributes.length))
        yield { resource, scope, ...firstAt, items };
    }
  }
}

function* pieceOfMetrics({ resourceMetrics }: OtlpMetrics): Generator<Piece<MetricSummary>> {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap((group) => group.metrics),
  );
  const [first] = resourceMetrics;
  if (metrics.length === 0) return;
  yield {
    resource: first?.resource,
    scope: first?.scopeMetrics[0]?.scope,
    items: metrics.map(summariseMetric),
  };
}

function* cut<Item>(items: readonly Item[], weightOf: (item: Item) => number): Generator<readonly Item[]> {
  let piece: Item[] = [];
  let weight = 0;
  for (const item of items) {
    piece.push(item);
    weight += weightOf(item);
    if (weight < LARGEST_PIECE) continue;
    yield piece;
    [piece, weight] = [[], 0];
  }
  if (piece.length > 0) yield piece;
}

function weightOfSpan({ attributes, events, links }: OtlpSpan): number {
  const more = [...events, ...links].reduce((sum, inner) => sum + 1 + inner.attributes.length, 0);
  return 1 + attributes.length + more;
}

function earliest(unixNanos: readonly bigint[]): Pick<Piece<unknown>, 'firstAt'> {
  const known = unixNanos.filter((time) => time > 0n);
  if (known.length === 0) return {};
  const first = known.reduce((least, time) => (time < least ? time : least));
  return { firstAt: Number(first / BigInt(NANOS_PER_MILLI)) };
}
