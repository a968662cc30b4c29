import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import {
  SPAN_KINDS,
  STATUS_CODES,
  type OtlpLogRecord,
  type OtlpResource,
  type OtlpScope,
  type OtlpSpan,
} from '../journal/otlp/protocol.ts';
import type { SpanRole } from '../journal/span-report.ts';

/** A span of another format: what is not said of it is absent, as in OTLP. */
export function spanOf(given: Partial<OtlpSpan>): OtlpSpan {
  return {
    traceId: '',
    spanId: '',
    traceState: '',
    parentSpanId: '',
    name: '',
    kind: 0,
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: undefined,
    flags: 0,
    ...given,
  };
}

export function logOf(given: Partial<OtlpLogRecord>): OtlpLogRecord {
  return {
    timeUnixNano: 0n,
    severityNumber: 0,
    severityText: '',
    body: null,
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    observedTimeUnixNano: 0n,
    eventName: '',
    ...given,
  };
}

export function eventOf(
  name: string,
  timeUnixNano: bigint,
  attributes: readonly Attribute[] = [],
): OtlpSpan['events'][number] {
  return { timeUnixNano, name, attributes, droppedAttributesCount: 0 };
}

export function linkOf(
  traceId: string,
  spanId: string,
  attributes: readonly Attribute[],
): OtlpSpan['links'][number] {
  return { traceId, spanId, traceState: '', attributes, droppedAttributesCount: 0, flags: 0 };
}

export function resourceOf(attributes: readonly Attribute[]): OtlpResource {
  return { attributes, droppedAttributesCount: 0 };
}

export function scopeOf(name: string, version = '', attributes: readonly Attribute[] = []): OtlpScope {
  return { name, version, attributes, droppedAttributesCount: 0 };
}

/** OTLP's number for a kind. */
export function kindNumber(role: SpanRole): number {
  return SPAN_KINDS.indexOf(role);
}

export function statusOf(
  status: (typeof STATUS_CODES)[number],
  message = '',
): NonNullable<OtlpSpan['status']> {
  return { code: STATUS_CODES.indexOf(status), message };
}

/** What a reader did not use of an object, under the name of its format; what is null or empty says nothing. */
export function leftover(prefix: string, given: JsonObject, used: ReadonlySet<string>): readonly Attribute[] {
  return Object.entries(given).flatMap(([key, value]) =>
    used.has(key) || saysNothing(value) ? [] : [[`${prefix}.${key}`, value] as const],
  );
}

function saysNothing(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (typeof value !== 'object') return false;
  return Object.keys(value).length === 0;
}

/** The text of a member; empty where it is something else. */
export function textAt(given: JsonObject, key: string): string {
  const value = given[key];
  return typeof value === 'string' ? value : '';
}

export function numberAt(given: JsonObject, key: string): number | undefined {
  const value = given[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The objects of a list. */
export function objectsAt(given: JsonObject, key: string): readonly JsonObject[] {
  const value = given[key];
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** An object within an object; an empty one where there is none. */
export function objectAt(given: JsonObject, key: string): JsonObject {
  const value = given[key];
  return isJsonObject(value) ? value : {};
}
