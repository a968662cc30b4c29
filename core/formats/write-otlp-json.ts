import type { JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { OtlpLogRecord, OtlpResource, OtlpScope, OtlpSpan } from '../journal/otlp/protocol.ts';
import { exportItems } from './export-items.ts';
import type { ExportInput, Written } from './exported.ts';
import type { ImportedItem } from './imported.ts';

/** As many characters of spans or log records go into one export, and so into one line; one larger is alone in its own. */
const LINE_LENGTH = 1 << 20;

/**
 * OTLP/JSON, an export a line, as OpenTelemetry's file exporters write: in the order of the journal, with a new export wherever
 * spans and log records, or who reports, change. Metrics that came in Protocol Buffers are left out.
 */
export async function* writeOtlpJson(input: ExportInput): Written {
  let line = new Line();
  let isEmpty = true;
  for await (const item of exportItems(input)) {
    isEmpty = false;
    if (item.kind === 'metrics') {
      if (!item.contentType.includes('json')) continue;
      yield* line.end();
      line = new Line();
      yield `${JSON.stringify(JSON.parse(new TextDecoder('utf-8').decode(item.body)))}\n`;
      continue;
    }
    if (!line.takes(item)) {
      yield* line.end();
      line = new Line();
    }
    line.add(item);
  }
  yield* line.end();
  if (isEmpty) yield '{"resourceSpans":[]}\n';
}

type Leaf = Exclude<ImportedItem, { readonly kind: 'metrics' }>;

class Line {
  private first: Leaf | undefined;
  private readonly texts: string[] = [];
  private length = 0;

  takes(item: Leaf): boolean {
    if (!this.first) return true;
    return this.length < LINE_LENGTH && item.kind === this.first.kind && item.by === this.first.by;
  }

  add(item: Leaf): void {
    this.first ??= item;
    const text = JSON.stringify(item.kind === 'span' ? spanJson(item.span) : logJson(item.record));
    this.texts.push(text);
    this.length += text.length;
  }

  *end(): Iterable<string> {
    if (!this.first) return;
    const { resource, scope } = this.first.by;
    const names =
      this.first.kind === 'span'
        ? ['resourceSpans', 'scopeSpans', 'spans']
        : ['resourceLogs', 'scopeLogs', 'logRecords'];
    const group = `${resource ? `"resource":${JSON.stringify(resourceJson(resource))},` : ''}"${names[1]}"`;
    const scoped = `${scope ? `"scope":${JSON.stringify(scopeJson(scope))},` : ''}"${names[2]}"`;
    yield `{"${names[0]}":[{${group}:[{${scoped}:[`;
    yield this.texts.join(',');
    yield ']}]}]}\n';
  }
}

function resourceJson({ attributes, droppedAttributesCount: dropped }: OtlpResource): object {
  return { attributes: attributes.map(pairJson), ...unlessZero('droppedAttributesCount', dropped) };
}

function scopeJson({ name, version, attributes, droppedAttributesCount }: OtlpScope): object {
  return { name, version, ...resourceJson({ attributes, droppedAttributesCount }) };
}

function spanJson(span: OtlpSpan): object {
  const { traceId, spanId, traceState, parentSpanId, name, kind, status, events, links } = span;
  return {
    traceId,
    spanId,
    ...(traceState !== '' && { traceState }),
    ...(parentSpanId !== '' && { parentSpanId }),
    name,
    ...unlessZero('kind', kind),
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    ...attributesJson(span.attributes),
    ...unlessZero('droppedAttributesCount', span.droppedAttributesCount),
    ...(events.length > 0 && {
      events: events.map(({ name, timeUnixNano, attributes }) => ({
        name,
        timeUnixNano: String(timeUnixNano),
        ...attributesJson(attributes),
      })),
    }),
    ...unlessZero('droppedEventsCount', span.droppedEventsCount),
    ...(links.length > 0 && {
      links: links.map(({ traceId, spanId, traceState, attributes }) => ({
        traceId,
        spanId,
        ...(traceState !== '' && { traceState }),
        ...attributesJson(attributes),
      })),
    }),
    ...unlessZero('droppedLinksCount', span.droppedLinksCount),
    ...(status && { status }),
  };
}

function logJson(record: OtlpLogRecord): object {
  const { traceId, spanId, severityText, eventName, body } = record;
  return {
    timeUnixNano: String(record.timeUnixNano),
    observedTimeUnixNano: String(record.observedTimeUnixNano),
    ...unlessZero('severityNumber', record.severityNumber),
    ...(severityText !== '' && { severityText }),
    ...(eventName !== '' && { eventName }),
    ...(body !== null && { body: valueJson(body) }),
    ...attributesJson(record.attributes),
    ...(traceId !== '' && { traceId }),
    ...(spanId !== '' && { spanId }),
  };
}

function attributesJson(attributes: readonly Attribute[]): object {
  return attributes.length === 0 ? {} : { attributes: attributes.map(pairJson) };
}

function pairJson([key, value]: Attribute): object {
  return { key, value: valueJson(value) };
}

/** An AnyValue. Whole numbers are integers, whatever they were: JSON does not tell. */
function valueJson(value: JsonValue): object {
  if (value === null) return {};
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    case 'object':
      return Array.isArray(value)
        ? { arrayValue: { values: (value as readonly JsonValue[]).map(valueJson) } }
        : { kvlistValue: { values: Object.entries(value).map(pairJson) } };
  }
}

function unlessZero(name: string, value: number): object {
  return value === 0 ? {} : { [name]: value };
}
