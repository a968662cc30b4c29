import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import { SPAN_KINDS, STATUS_CODES } from '../journal/otlp/protocol.ts';
import { DamagedFile } from './damaged-file.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import type { Reader } from './reading.ts';
import { readRows } from './json-rows.ts';
import {
  eventOf,
  leftover,
  linkOf,
  objectAt,
  objectsAt,
  resourceOf,
  spanOf,
  statusOf,
  textAt,
} from './otlp-parts.ts';
import { nanosOfTime } from './times.ts';

/**
 * Spans as Phoenix and the SDKs of OpenInference export them: rows of Phoenix' REST API (`{ data: […] }`), of its data frames
 * (columns such as `context.trace_id` and `attributes.llm.model_name`), or what OpenTelemetry's Python SDK prints
 * (`span.to_json()`), as JSON lines or as a list.
 */
export const readOpenInference: Reader = async function* ({
  source,
  intake,
}): AsyncGenerator<readonly ImportedItem[]> {
  const reporters = new Map<string, Reporter>();
  for await (const rows of readRows(source)) {
    for (const { row, offset } of rows) {
      const columns = unfold(row);
      const context = objectAt(columns, 'context');
      if (textAt(context, 'span_id') === '') {
        throw new DamagedFile('A span has no "context.span_id"', offset);
      }
      const resource = objectAt(columns, 'resource');
      const key = JSON.stringify(resource);
      const by = reporters.get(key) ?? reporterOf(resource);
      reporters.set(key, by);
      intake.span(by, readSpan(columns, context));
    }
    yield intake.take();
  }
};

/** Columns of a data frame whose names say where they belong. */
function unfold(row: JsonObject): JsonObject {
  const folded = ['context.', 'attributes.', 'resource.', 'status.'];
  if (!Object.keys(row).some((key) => folded.some((prefix) => key.startsWith(prefix)))) return row;
  const groups = new Map<string, [string, JsonValue][]>();
  const plain: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(row)) {
    const prefix = folded.find((prefix) => key.startsWith(prefix));
    if (prefix === undefined) plain.push([key, value]);
    // A frame has every column in every row.
    else if (value !== null) {
      const name = prefix.slice(0, -1);
      groups.set(name, [...(groups.get(name) ?? []), [key.slice(prefix.length), value]]);
    }
  }
  return Object.fromEntries([
    ...plain,
    ...[...groups].map(([name, list]) => [name, Object.fromEntries(list)]),
  ]);
}

function reporterOf(resource: JsonObject): Reporter {
  const attributes = isJsonObject(resource['attributes']) ? resource['attributes'] : resource;
  return { resource: resourceOf(flatten(attributes)), scope: undefined };
}

const MEMBERS = new Set([
  'name',
  'context',
  'kind',
  'span_kind',
  'parent_id',
  'start_time',
  'end_time',
  'status',
  'status_code',
  'status_message',
  'attributes',
  'events',
  'links',
  'resource',
]);
const KIND = 'openinference.span.kind';

function readSpan(row: JsonObject, context: JsonObject): OtlpSpan {
  const attributes = flatten(objectAt(row, 'attributes'));
  const kind = textAt(row, 'span_kind');
  const isKindSaid = kind === '' || attributes.some(([key]) => key === KIND);
  const status = objectAt(row, 'status');
  const traceState = textAt(context, 'trace_state');
  return spanOf({
    traceId: hexOf(context, 'trace_id'),
    spanId: hexOf(context, 'span_id'),
    parentSpanId: hexOf(row, 'parent_id'),
    traceState: traceState === '[]' ? '' : traceState,
    name: textAt(row, 'name'),
    kind: kindOf(textAt(row, 'kind')),
    startTimeUnixNano: nanosOfTime(row['start_time']),
    endTimeUnixNano: nanosOfTime(row['end_time']),
    attributes: [
      ...(isKindSaid ? [] : [[KIND, kind] as const]),
      ...attributes,
      ...leftover('phoenix', row, MEMBERS),
    ],
    events: eventsOf(row).map((event) =>
      eventOf(textAt(event, 'name'), nanosOfTime(event['timestamp']), flatten(objectAt(event, 'attributes'))),
    ),
    links: objectsAt(row, 'links').map((link) => {
      const target = objectAt(link, 'context');
      return linkOf(
        hexOf(target, 'trace_id'),
        hexOf(target, 'span_id'),
        flatten(objectAt(link, 'attributes')),
      );
    }),
    status: readStatus(
      textAt(row, 'status_code') || textAt(status, 'status_code') || textAt(status, 'code'),
      textAt(row, 'status_message') || textAt(status, 'description') || textAt(status, 'message'),
    ),
  });
}

/** Data frames have them as a text. */
function eventsOf(row: JsonObject): readonly JsonObject[] {
  const given = row['events'];
  const events = typeof given === 'string' ? (parseJson(given) ?? null) : (given ?? null);
  return objectsAt({ events }, 'events');
}

/** OpenTelemetry prints ids as `0x…`. */
function hexOf(given: JsonObject, key: string): string {
  return textAt(given, key).replace(/^0x/, '');
}

function kindOf(given: string): number {
  const name = given.replace(/^SpanKind\./, '').toLowerCase();
  return Math.max(
    0,
    SPAN_KINDS.findIndex((kind) => kind === name),
  );
}

function readStatus(code: string, message: string): OtlpSpan['status'] {
  const name = code.replace(/^StatusCode\./, '').toLowerCase();
  const known = STATUS_CODES.find((status) => status === name) ?? 'unset';
  return known === 'unset' && message === '' ? undefined : statusOf(known, message);
}

/** Objects within objects under names with dots, as the conventions name attributes; lists of objects too. */
function flatten(given: JsonObject, prefix = ''): readonly Attribute[] {
  return Object.entries(given).flatMap(([key, value]) => flattenValue(`${prefix}${key}`, value));
}

function flattenValue(name: string, value: JsonValue): readonly Attribute[] {
  if (value === null) return [];
  if (isJsonObject(value)) {
    return Object.keys(value).length === 0 ? [[name, value]] : flatten(value, `${name}.`);
  }
  if (!Array.isArray(value)) return [[name, value]];
  const items = value as readonly JsonValue[];
  if (!items.some((item) => isJsonObject(item))) return [[name, value]];
  return items.flatMap((item, index) => flattenValue(`${name}.${index}`, item));
}
