import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { EventOf } from '../journal/draft.ts';
import { mapSpan } from '../journal/genai-mapping.ts';
import type { OtlpLogRecord, OtlpScope, OtlpSpan } from '../journal/otlp/protocol.ts';
import type { Content } from '../journal/otlp/read-content.ts';
import { REPORT_ATTRIBUTE } from '../journal/otlp/restore-report.ts';
import type {
  MetricsReport,
  ReportedAttribute,
  ReportedBy,
  ReportedContent,
  ReportedValue,
  SpanReport,
} from '../journal/span-report.ts';
import type { ExportInput } from './exported.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import {
  eventOf,
  kindNumber,
  linkOf,
  logOf,
  objectAt,
  objectsAt,
  resourceOf,
  scopeOf,
  spanOf,
  statusOf,
  textAt,
} from './otlp-parts.ts';

type Bodies = Pick<ExportInput, 'body'>;

/** Who reported, each read once. */
export class Reporters {
  private readonly bodies: Bodies;
  private readonly known = new Map<string, Reporter>();

  constructor(bodies: Bodies) {
    this.bodies = bodies;
  }

  async of({ details }: ReportedBy): Promise<Reporter> {
    const key = details.parts.join(' ');
    const known = this.known.get(key);
    if (known) return known;
    const said = parseJson(await textOf(this.bodies, details));
    const by = reporterOf(isJsonObject(said) ? said : {});
    this.known.set(key, by);
    return by;
  }
}

function reporterOf(details: JsonObject): Reporter {
  const scope = details['scope'];
  return {
    resource: resourceOf(pairsAt(objectAt(details, 'resource'))),
    scope: isJsonObject(scope) ? readScope(scope) : undefined,
  };
}

function readScope(scope: JsonObject): OtlpScope {
  return scopeOf(textAt(scope, 'name'), textAt(scope, 'version'), pairsAt(scope));
}

function pairsAt(given: JsonObject): readonly Attribute[] {
  return objectsAt(given, 'attributes').map((pair) => [textAt(pair, 'key'), pair['value'] ?? null]);
}

/** The span that a report was made of, so that another report of it would be the same. */
export async function exportReport(
  bodies: Bodies,
  { data, spanId, parentSpanId }: EventOf<'span-reported'>,
): Promise<OtlpSpan> {
  const { dropped, status, statusMessage = '' } = data;
  const attributes = await restoreAll(bodies, data.attributes);
  const events = await Promise.all(
    data.events.map(async ({ name, time, attributes }) =>
      eventOf(name, BigInt(time), await restoreAll(bodies, attributes)),
    ),
  );
  return spanOf({
    traceId: data.traceId,
    spanId,
    parentSpanId: parentSpanId ?? '',
    traceState: data.traceState ?? '',
    name: data.name,
    kind: kindNumber(data.role),
    startTimeUnixNano: BigInt(data.startTime),
    endTimeUnixNano: BigInt(data.endTime ?? 0),
    attributes: await withContents(bodies, data, attributes, events),
    events,
    links: await Promise.all(
      data.links.map(async ({ traceId, spanId, attributes }) =>
        linkOf(traceId, spanId, await restoreAll(bodies, attributes)),
      ),
    ),
    ...(dropped && {
      droppedAttributesCount: dropped.attributes,
      droppedEventsCount: dropped.events,
      droppedLinksCount: dropped.links,
    }),
    status: status === 'unset' && statusMessage === '' ? undefined : statusOf(status, statusMessage),
  });
}

/** Adds the contents under the names of the conventions, and what these would not say again. */
async function withContents(
  bodies: Bodies,
  data: SpanReport,
  attributes: readonly Attribute[],
  events: OtlpSpan['events'],
): Promise<readonly Attribute[]> {
  const [input, output] = [await contentOf(bodies, data.input), await contentOf(bodies, data.output)];
  const all = [
    ...contentAttributes('input', input, data.sources),
    ...contentAttributes('output', output, data.sources),
    ...attributes,
  ];
  const failure = data.status === 'error' ? { failure: data.statusMessage ?? '' } : {};
  const again = mapSpan({ attributes: all, events, ...failure });
  const report = {
    ...(!isSame(again.meaning, data.meaning) && { meaning: data.meaning }),
    ...(!isSame(again.sources, data.sources) && { sources: data.sources }),
    ...(!isSame(again.input, input) && { input: input ?? null }),
    ...(!isSame(again.output, output) && { output: output ?? null }),
    ...(!isSame(again.attributes, attributes) && { attributes }),
  };
  return Object.keys(report).length === 0 ? all : [...all, [REPORT_ATTRIBUTE, JSON.stringify(report)]];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

async function contentOf(bodies: Bodies, content: ReportedContent | undefined): Promise<Content | undefined> {
  if (!content) return undefined;
  const text = await textOf(bodies, content.body);
  const value = content.form === 'text' ? undefined : parseJson(text);
  return { form: content.form, value: value ?? text };
}

/** A conversation under the names of the conventions, everything else where it was found. */
function contentAttributes(
  side: 'input' | 'output',
  content: Content | undefined,
  sources: SpanReport['sources'],
): readonly Attribute[] {
  if (!content) return [];
  const { form, value } = content;
  if (form === 'messages' && isJsonObject(value)) return conversationAttributes(side, value);
  const source = sources[side] ?? `${side}.value`;
  if (source.endsWith('.*')) return flatten(source.slice(0, -2), value);
  return [[source, typeof value === 'string' ? value : JSON.stringify(value)]];
}

function conversationAttributes(side: 'input' | 'output', conversation: JsonObject): readonly Attribute[] {
  const name = `gen_ai.${side}.messages`;
  const { system, tools, messages, ...rest } = conversation;
  if (Object.keys(rest).length > 0 || messages === undefined) return [[name, JSON.stringify(conversation)]];
  return [
    ...(system === undefined ? [] : [['gen_ai.system_instructions', JSON.stringify(system)] as const]),
    ...(tools === undefined ? [] : [['gen_ai.tool.definitions', JSON.stringify(tools)] as const]),
    [name, JSON.stringify(messages)],
  ];
}

/** The names of the conventions that have an attribute for each leaf. */
function flatten(prefix: string, value: JsonValue): readonly Attribute[] {
  if (typeof value !== 'object' || value === null) return [[prefix, value]];
  const entries = Object.entries(value as JsonObject);
  return entries.length === 0
    ? [[prefix, value]]
    : entries.flatMap(([key, inner]) => flatten(`${prefix}.${key}`, inner));
}

export async function exportLogReport(
  bodies: Bodies,
  { data, spanId }: EventOf<'telemetry-log-reported'>,
  root: string | undefined,
): Promise<OtlpLogRecord> {
  const { time, observedTime, traceId, severity, severityText, eventName } = data;
  return logOf({
    timeUnixNano: BigInt(time ?? 0),
    observedTimeUnixNano: BigInt(observedTime ?? 0),
    traceId: traceId ?? '',
    // A record that names no span has the run's root as that of its event.
    spanId: spanId === root ? '' : spanId,
    severityNumber: severity ?? 0,
    severityText: severityText ?? '',
    eventName: eventName ?? '',
    body: await restoreValue(bodies, data.content),
    attributes: await restoreAll(bodies, data.attributes),
  });
}

export async function exportMetrics(
  bodies: Bodies,
  { contentType, body }: MetricsReport,
  by: Reporter,
): Promise<ImportedItem> {
  return { kind: 'metrics', by, metrics: [], contentType, body: await bodies.body(body) };
}

async function restoreAll(
  bodies: Bodies,
  given: readonly ReportedAttribute[],
): Promise<readonly Attribute[]> {
  return Promise.all(given.map(async (one) => [one.key, await restoreValue(bodies, one)] as const));
}

/** What was too large for an event is text: also where it was JSON, which comes to the same when it is recorded. */
async function restoreValue(bodies: Bodies, given: ReportedValue): Promise<JsonValue> {
  return 'body' in given ? textOf(bodies, given.body) : given.value;
}

async function textOf(bodies: Bodies, ref: ReportedBy['details']): Promise<string> {
  return new TextDecoder('utf-8').decode(await bodies.body(ref));
}
