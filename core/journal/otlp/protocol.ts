import { anyValue, attributes } from './any-value.ts';
import { list, message, nested, type Message } from './fields.ts';
import { enumeration, fixed32, id, string, time, uint32 } from './scalars.ts';

/**
 * The messages of OTLP 1.11 as far as they are read: opentelemetry-proto, `collector` and `*.proto` of traces, logs and
 * metrics. Names are those of the JSON.
 */
type ValueOf<Given> = Given extends Message<infer Value> ? Value : never;

export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const STATUS_CODES = ['unset', 'ok', 'error'] as const;

const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name) =>
  ['', '2', '3', '4'].map((finer) => `SEVERITY_NUMBER_${name}${finer}`),
);

export const RESOURCE = message({ attributes: attributes(1), droppedAttributesCount: uint32(2) });
export const SCOPE = message({
  name: string(1),
  version: string(2),
  attributes: attributes(3),
  droppedAttributesCount: uint32(4),
});

const SPAN_EVENT = message({
  timeUnixNano: time(1),
  name: string(2),
  attributes: attributes(3),
  droppedAttributesCount: uint32(4),
});

const LINK = message({
  traceId: id(1),
  spanId: id(2),
  traceState: string(3),
  attributes: attributes(4),
  droppedAttributesCount: uint32(5),
  flags: fixed32(6),
});

const STATUS = message({
  message: string(2),
  code: enumeration(
    3,
    STATUS_CODES.map((name) => `STATUS_CODE_${name.toUpperCase()}`),
  ),
});

export const SPAN = message({
  traceId: id(1),
  spanId: id(2),
  traceState: string(3),
  parentSpanId: id(4),
  name: string(5),
  kind: enumeration(
    6,
    SPAN_KINDS.map((name) => `SPAN_KIND_${name.toUpperCase()}`),
  ),
  startTimeUnixNano: time(7),
  endTimeUnixNano: time(8),
  attributes: attributes(9),
  droppedAttributesCount: uint32(10),
  events: list(11, SPAN_EVENT),
  droppedEventsCount: uint32(12),
  links: list(13, LINK),
  droppedLinksCount: uint32(14),
  status: nested(15, STATUS),
  flags: fixed32(16),
});

export const LOG_RECORD = message({
  timeUnixNano: time(1),
  severityNumber: enumeration(2, ['SEVERITY_NUMBER_UNSPECIFIED', ...SEVERITIES]),
  severityText: string(3),
  body: anyValue(5),
  attributes: attributes(6),
  droppedAttributesCount: uint32(7),
  flags: fixed32(8),
  traceId: id(9),
  spanId: id(10),
  observedTimeUnixNano: time(11),
  eventName: string(12),
});

/** Points are counted, not read: the export is kept as it came. */
const POINTS = message({ dataPoints: list(1, message({})) });

const METRIC = message({
  name: string(1),
  description: string(2),
  unit: string(3),
  gauge: nested(5, POINTS),
  sum: nested(7, POINTS),
  histogram: nested(9, POINTS),
  exponentialHistogram: nested(10, POINTS),
  summary: nested(11, POINTS),
});

export const TRACES = message({
  resourceSpans: list(
    1,
    message({
      resource: nested(1, RESOURCE),
      scopeSpans: list(2, message({ scope: nested(1, SCOPE), spans: list(2, SPAN), schemaUrl: string(3) })),
      schemaUrl: string(3),
    }),
  ),
});

export const LOGS = message({
  resourceLogs: list(
    1,
    message({
      resource: nested(1, RESOURCE),
      scopeLogs: list(
        2,
        message({ scope: nested(1, SCOPE), logRecords: list(2, LOG_RECORD), schemaUrl: string(3) }),
      ),
      schemaUrl: string(3),
    }),
  ),
});

export const METRICS = message({
  resourceMetrics: list(
    1,
    message({
      resource: nested(1, RESOURCE),
      scopeMetrics: list(
        2,
        message({ scope: nested(1, SCOPE), metrics: list(2, METRIC), schemaUrl: string(3) }),
      ),
      schemaUrl: string(3),
    }),
  ),
});

export type OtlpResource = ValueOf<typeof RESOURCE>;
export type OtlpScope = ValueOf<typeof SCOPE>;
export type OtlpSpan = ValueOf<typeof SPAN>;
export type OtlpLogRecord = ValueOf<typeof LOG_RECORD>;
export type OtlpMetric = ValueOf<typeof METRIC>;
export type OtlpTraces = ValueOf<typeof TRACES>;
export type OtlpLogs = ValueOf<typeof LOGS>;
export type OtlpMetrics = ValueOf<typeof METRICS>;
