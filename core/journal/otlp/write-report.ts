import type { JsonValue } from '../../base/json.ts';
import type { SpanId } from '../../base/ids.ts';
import type { BodyRef } from '../facts.ts';
import { mapSpan } from '../genai-mapping.ts';
import type {
  LogReport,
  ReportedAttribute,
  ReportedBy,
  ReportedContent,
  ReportedValue,
  SpanReport,
} from '../span-report.ts';
import type { Attribute } from './any-value.ts';
import {
  SPAN_KINDS,
  STATUS_CODES,
  type OtlpLogRecord,
  type OtlpResource,
  type OtlpScope,
  type OtlpSpan,
} from './protocol.ts';
import type { Content } from './read-content.ts';

/** A larger value is a body: what a run's spans are listed by stays small. Characters of its text or JSON. */
const LARGEST_INLINE = 4096;
/** A name or a status that is longer is cut: neither is meant to carry data. Characters. */
const LONGEST_NAME = 1000;
const LONGEST_STATUS = 8000;

/** Keeps a body and names its parts. */
export type KeepBody = (body: Uint8Array) => BodyRef;

/** The envelope's part of a report, and its data. */
export interface WrittenReport<Data> {
  readonly span?: { readonly spanId: SpanId; readonly parentSpanId?: SpanId };
  readonly data: Data;
}

export function writeReporter(
  resource: OtlpResource | undefined,
  scope: OtlpScope | undefined,
  keep: KeepBody,
): ReportedBy {
  const service = serviceOf(resource).name;
  const details = {
    resource: { attributes: (resource?.attributes ?? []).map(([key, value]) => ({ key, value })) },
    ...(scope && {
      scope: { ...scope, attributes: scope.attributes.map(([key, value]) => ({ key, value })) },
    }),
  };
  return {
    ...(service !== undefined && { service }),
    ...(scope && scope.name !== '' && { scope: scope.name }),
    details: keep(bytesOf(JSON.stringify(details))),
  };
}

/** Who a resource is: the name that it gives itself, and which of several of that name. */
export function serviceOf(resource: OtlpResource | undefined): {
  readonly name?: string;
  readonly instance?: string;
} {
  const said = new Map(resource?.attributes);
  const [name, instance] = [said.get('service.name'), said.get('service.instance.id')];
  return {
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(typeof instance === 'string' && { instance }),
  };
}

/** The report of a span whose ids are valid (check-span.ts). */
export function writeSpan(span: OtlpSpan, by: ReportedBy, keep: KeepBody): WrittenReport<SpanReport> {
  const status = STATUS_CODES[span.status?.code ?? 0] ?? 'unset';
  const statusMessage = (span.status?.message ?? '').slice(0, LONGEST_STATUS);
  const mapped = mapSpan({
    attributes: span.attributes,
    events: span.events,
    ...(status === 'error' && { failure: statusMessage }),
  });
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount, endTimeUnixNano: end } = span;
  const dropped = {
    attributes: droppedAttributesCount,
    events: droppedEventsCount,
    links: droppedLinksCount,
  };
  const data: SpanReport = {
    traceId: span.traceId,
    name: span.name.slice(0, LONGEST_NAME),
    role: SPAN_KINDS[span.kind] ?? 'unspecified',
    startTime: String(span.startTimeUnixNano),
    ...(end !== 0n && { endTime: String(end) }),
    status,
    ...(statusMessage !== '' && { statusMessage }),
    meaning: mapped.meaning,
    sources: mapped.sources,
    ...(mapped.input && { input: keepContent(mapped.input, keep) }),
    ...(mapped.output && { output: keepContent(mapped.output, keep) }),
    attributes: keepAttributes(mapped.attributes, keep),
    events: mapped.events.map(({ name, timeUnixNano, attributes }) => ({
      name,
      time: String(timeUnixNano),
      attributes: keepAttributes(attributes, keep),
    })),
    links: span.links.map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: keepAttributes(attributes, keep),
    })),
    ...(span.traceState !== '' && { traceState: span.traceState }),
    ...(Object.values(dropped).some((count) => count > 0) && { dropped }),
    ...by,
  };
  const parent = /^0*$/.test(span.parentSpanId) ? {} : { parentSpanId: span.parentSpanId as SpanId };
  return { span: { spanId: span.spanId as SpanId, ...parent }, data };
}

export function writeLog(record: OtlpLogRecord, by: ReportedBy, keep: KeepBody): WrittenReport<LogReport> {
  const { timeUnixNano, observedTimeUnixNano, traceId, spanId, severityNumber, severityText, eventName } =
    record;
  const data: LogReport = {
    ...(timeUnixNano !== 0n && { time: String(timeUnixNano) }),
    ...(observedTimeUnixNano !== 0n && { observedTime: String(observedTimeUnixNano) }),
    ...(traceId !== '' && { traceId }),
    ...(severityNumber > 0 && { severity: severityNumber }),
    ...(severityText !== '' && { severityText }),
    ...(eventName !== '' && { eventName }),
    content: keepValue(record.body, keep),
    attributes: keepAttributes(record.attributes, keep),
    ...by,
  };
  return { ...(spanId !== '' && { span: { spanId: spanId as SpanId } }), data };
}

function keepContent({ form, value }: Content, keep: KeepBody): ReportedContent {
  return {
    form,
    body: keep(bytesOf(form === 'text' && typeof value === 'string' ? value : JSON.stringify(value))),
  };
}

function keepAttributes(attributes: readonly Attribute[], keep: KeepBody): readonly ReportedAttribute[] {
  return attributes.map(([key, value]) => ({ key, ...keepValue(value, keep) }));
}

function keepValue(value: JsonValue, keep: KeepBody): ReportedValue {
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : '';
  return text.length > LARGEST_INLINE ? { body: keep(bytesOf(text)) } : { value };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
