import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import type { SpanRole } from '../journal/span-report.ts';
import { DamagedFile, type Source } from './damaged-file.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import type { Reader } from './reading.ts';
import {
  array,
  either,
  object,
  SKIP,
  value,
  type ArrayShape,
  type Shape,
  type SkipShape,
} from './json-shape.ts';
import { readJson } from './json-stream.ts';
import {
  eventOf,
  kindNumber,
  leftover,
  linkOf,
  numberAt,
  objectAt,
  objectsAt,
  resourceOf,
  scopeOf,
  spanOf,
  statusOf,
  textAt,
} from './otlp-parts.ts';
import { nanosOfMicros } from './times.ts';

/** A trace, a list of traces, or what Jaeger's query API answers: an object with a list of traces as its `data`. */
function shapeOf(spans: ArrayShape | SkipShape, processes: Shape): Shape {
  const members = { spans, processes, traceID: SKIP };
  const trace = object(members, { name: 'trace', rest: SKIP });
  return either(object({ ...members, data: array(trace) }, { name: 'trace', rest: SKIP }), array(trace));
}

const SPANS = shapeOf(array(value('span')), SKIP);
const PROCESSES = shapeOf(SKIP, value('processes'));

/** Jaeger's JSON (model of the query API). Processes come after the spans, and so the file is read twice. */
export const readJaeger: Reader = async function* ({
  source,
  intake,
}): AsyncGenerator<readonly ImportedItem[]> {
  const processes = await readProcesses(source);
  const reporters = new Map<string, Reporter>();
  let trace = -1;
  for await (const pieces of readJson(source(), SPANS)) {
    for (const piece of pieces) {
      if (piece.kind === 'begin') trace += 1;
      if (piece.kind === 'end' || piece.kind === 'begin') continue;
      if (!isJsonObject(piece.value)) throw new DamagedFile('A span is not an object', piece.offset);
      const { scope, tags } = takeScope(objectsAt(piece.value, 'tags'));
      const process = processOf(piece.value, processes.get(trace));
      const key = `${trace} ${textAt(piece.value, 'processID')} ${JSON.stringify(scope)}`;
      const known = reporters.get(key);
      const by = known ?? reporterOf(process, scope);
      if (!known && !isJsonObject(piece.value['process'])) reporters.set(key, by);
      intake.span(by, readSpan(piece.value, tags, piece.offset));
    }
    yield intake.take();
  }
};

async function readProcesses(source: Source): Promise<ReadonlyMap<number, JsonObject>> {
  const found = new Map<number, JsonObject>();
  let trace = -1;
  for await (const pieces of readJson(source(), PROCESSES)) {
    for (const piece of pieces) {
      if (piece.kind === 'begin') trace += 1;
      // A document with `data` begins one itself, and its traces end before it does.
      if (piece.kind === 'value' && isJsonObject(piece.value)) found.set(trace, piece.value);
    }
  }
  return found;
}

function processOf(span: JsonObject, processes: JsonObject | undefined): JsonObject {
  const own = span['process'];
  return isJsonObject(own) ? own : objectAt(processes ?? {}, textAt(span, 'processID'));
}

interface Scope {
  readonly name: string;
  readonly version: string;
}

const SCOPE_NAMES = ['otel.library.name', 'otel.scope.name'];
const SCOPE_VERSIONS = ['otel.library.version', 'otel.scope.version'];

/** What OpenTelemetry's exporters write as tags although it is said of the whole scope. */
function takeScope(tags: readonly JsonObject[]): {
  readonly scope: Scope | undefined;
  readonly tags: readonly JsonObject[];
} {
  const name = tags.find((tag) => SCOPE_NAMES.includes(textAt(tag, 'key')));
  if (!name) return { scope: undefined, tags };
  const version = tags.find((tag) => SCOPE_VERSIONS.includes(textAt(tag, 'key')));
  return {
    scope: { name: textAt(name, 'value'), version: version ? textAt(version, 'value') : '' },
    tags: tags.filter((tag) => tag !== name && tag !== version),
  };
}

const PROCESS_MEMBERS = new Set(['serviceName', 'tags']);

function reporterOf(process: JsonObject, scope: Scope | undefined): Reporter {
  const service = textAt(process, 'serviceName');
  return {
    resource: resourceOf([
      ...(service === '' ? [] : [['service.name', service] as const]),
      ...objectsAt(process, 'tags').map(attributeOf),
      ...leftover('jaeger.process', process, PROCESS_MEMBERS),
    ]),
    scope: scope && scopeOf(scope.name, scope.version),
  };
}

const SPAN_MEMBERS = new Set([
  'traceID',
  'spanID',
  'parentSpanID',
  'operationName',
  'references',
  'startTime',
  'duration',
  'tags',
  'logs',
  'processID',
  'process',
]);
const ROLES: readonly SpanRole[] = ['internal', 'server', 'client', 'producer', 'consumer'];

function readSpan(given: JsonObject, tags: readonly JsonObject[], offset: number): OtlpSpan {
  const [start, duration] = [numberAt(given, 'startTime'), numberAt(given, 'duration')];
  if (start === undefined && textAt(given, 'spanID') === '') {
    throw new DamagedFile('A span has neither an id nor a start time', offset);
  }
  const { parent, links } = readReferences(given);
  const begin = nanosOfMicros(start ?? 0);
  const { kind, status, attributes } = readTags(tags);
  return spanOf({
    traceId: textAt(given, 'traceID'),
    spanId: textAt(given, 'spanID'),
    parentSpanId: parent,
    name: textAt(given, 'operationName'),
    kind,
    startTimeUnixNano: begin,
    endTimeUnixNano: duration === undefined || begin === 0n ? 0n : begin + nanosOfMicros(duration),
    attributes: [...attributes, ...leftover('jaeger', given, SPAN_MEMBERS)],
    events: objectsAt(given, 'logs').map(readLog),
    links,
    status,
  });
}

/** The first `CHILD_OF` within the trace is the parent, else the first `FOLLOWS_FROM`; the others are links. */
function readReferences(given: JsonObject): { readonly parent: string; readonly links: OtlpSpan['links'] } {
  const references = objectsAt(given, 'references');
  const trace = textAt(given, 'traceID');
  const inTrace = references.filter((reference) => textAt(reference, 'traceID') === trace);
  const parent = inTrace.find((reference) => textAt(reference, 'refType') === 'CHILD_OF') ?? inTrace[0];
  const links = references
    .filter((reference) => reference !== parent)
    .map((reference) =>
      linkOf(textAt(reference, 'traceID'), textAt(reference, 'spanID'), [
        ['opentracing.ref_type', textAt(reference, 'refType').toLowerCase()],
      ]),
    );
  return { parent: parent ? textAt(parent, 'spanID') : textAt(given, 'parentSpanID'), links };
}

function readTags(tags: readonly JsonObject[]): Pick<OtlpSpan, 'kind' | 'status' | 'attributes'> {
  let kind: SpanRole = 'unspecified';
  let [code, message]: ['unset' | 'ok' | 'error', string] = ['unset', ''];
  const attributes: Attribute[] = [];
  for (const tag of tags) {
    const [key, said] = attributeOf(tag);
    const role = ROLES.find((role) => role === said);
    if (key === 'span.kind' && role) kind = role;
    else if (key === 'error' && (said === true || said === 'true')) code = 'error';
    else if (key === 'otel.status_code' && (said === 'OK' || said === 'ERROR')) {
      code = said === 'OK' ? 'ok' : 'error';
    } else if (key === 'otel.status_description' && typeof said === 'string') message = said;
    else attributes.push([key, said]);
  }
  const isSaid = code !== 'unset' || message !== '';
  return { kind: kindNumber(kind), status: isSaid ? statusOf(code, message) : undefined, attributes };
}

function readLog(log: JsonObject): OtlpSpan['events'][number] {
  const fields = objectsAt(log, 'fields').map(attributeOf);
  const named = fields.find(([key, value]) => key === 'event' && typeof value === 'string');
  const time = nanosOfMicros(numberAt(log, 'timestamp') ?? 0);
  const name = typeof named?.[1] === 'string' ? named[1] : 'log';
  return eventOf(name, time, named ? fields.filter((field) => field !== named) : fields);
}

/** 64-bit integers may be texts. */
function attributeOf(tag: JsonObject): Attribute {
  const given: JsonValue = tag['value'] ?? null;
  const isInteger = tag['type'] === 'int64' && typeof given === 'string' && /^-?\d{1,15}$/.test(given);
  return [textAt(tag, 'key'), isInteger ? Number(given) : given];
}
