import { isJsonObject, type JsonObject } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import { DamagedFile, type Source } from './damaged-file.ts';
import { hash64 } from './foreign-id.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import type { Reader } from './reading.ts';
import { array, either, value, type Shape } from './json-shape.ts';
import { JSON_LIMITS, readJson } from './json-stream.ts';
import {
  eventOf,
  kindNumber,
  leftover,
  numberAt,
  objectAt,
  objectsAt,
  resourceOf,
  spanOf,
  statusOf,
  textAt,
} from './otlp-parts.ts';
import { nanosOfMicros } from './times.ts';

const LIMITS = { ...JSON_LIMITS, documents: 'many' } as const;
const spans = (span: Shape & { kind: 'value' }): Shape => either(span, array(either(span, array(span))));
const SPANS = spans(value('span'));
const SHARED = spans({ ...value('span'), containing: '"shared"' });

/**
 * Zipkin's v2 JSON: spans, lists of them, or lists of traces. Both halves of a request may share one id; the half of the server
 * gets one of its own under that of the client, and the spans of its service hang under it. To know those, the file is read twice.
 */
export const readZipkin: Reader = async function* ({
  source,
  intake,
}): AsyncGenerator<readonly ImportedItem[]> {
  const shared = await findShared(source);
  const reporters = new Map<string, Reporter>();
  for await (const pieces of readJson(source(), SPANS, LIMITS)) {
    for (const piece of pieces) {
      if (piece.kind !== 'value') continue;
      if (!isJsonObject(piece.value)) throw new DamagedFile('A span is not an object', piece.offset);
      if (textAt(piece.value, 'traceId') === '')
        throw new DamagedFile('A span has no "traceId"', piece.offset);
      const key = JSON.stringify(objectAt(piece.value, 'localEndpoint'));
      const by = reporters.get(key) ?? {
        resource: resourceOf(endpointAttributes(piece.value, 'localEndpoint', 'service.name')),
        scope: undefined,
      };
      reporters.set(key, by);
      if (piece.value['shared'] === true) intake.warnings.add('shared-id', textAt(piece.value, 'id'));
      intake.span(by, readSpan(piece.value, shared));
    }
    yield intake.take();
  }
};

/** The services that have the server's half of a span, by trace and id. */
type Shared = ReadonlyMap<string, string>;

async function findShared(source: Source): Promise<Shared> {
  const found = new Map<string, string>();
  for await (const pieces of readJson(source(), SHARED, LIMITS)) {
    for (const piece of pieces) {
      if (piece.kind !== 'value' || !isJsonObject(piece.value) || piece.value['shared'] !== true) continue;
      found.set(keyOf(piece.value, textAt(piece.value, 'id')), serviceOf(piece.value));
    }
  }
  return found;
}

function keyOf(span: JsonObject, id: string): string {
  return `${textAt(span, 'traceId')}/${id}`;
}

function serviceOf(span: JsonObject): string {
  return textAt(objectAt(span, 'localEndpoint'), 'serviceName');
}

/** The id of the server's half. */
function serverId(id: string): string {
  return hash64(`server of ${id}`);
}

const MEMBERS = new Set([
  'traceId',
  'parentId',
  'id',
  'name',
  'kind',
  'timestamp',
  'duration',
  'localEndpoint',
  'remoteEndpoint',
  'annotations',
  'tags',
]);
const KINDS = new Map([
  ['CLIENT', kindNumber('client')],
  ['SERVER', kindNumber('server')],
  ['PRODUCER', kindNumber('producer')],
  ['CONSUMER', kindNumber('consumer')],
]);

function readSpan(given: JsonObject, shared: Shared): OtlpSpan {
  const start = nanosOfMicros(numberAt(given, 'timestamp') ?? 0);
  const duration = numberAt(given, 'duration');
  const tags = Object.entries(objectAt(given, 'tags'));
  const failure = tags.find(([key]) => key === 'error')?.[1];
  const kind = textAt(given, 'kind');
  const { spanId, parentSpanId, marks } = idsOf(given, shared);
  return spanOf({
    traceId: textAt(given, 'traceId'),
    spanId,
    parentSpanId,
    name: textAt(given, 'name'),
    kind: KINDS.get(kind) ?? 0,
    startTimeUnixNano: start,
    endTimeUnixNano: start === 0n || duration === undefined ? 0n : start + nanosOfMicros(duration),
    attributes: [
      ...tags,
      ...endpointAttributes(given, 'remoteEndpoint', 'peer.service'),
      ...(kind !== '' && !KINDS.has(kind) ? [['zipkin.kind', kind] as const] : []),
      ...leftover('zipkin', given, MEMBERS),
      ...marks,
    ],
    events: objectsAt(given, 'annotations').map((annotation) =>
      eventOf(textAt(annotation, 'value'), nanosOfMicros(numberAt(annotation, 'timestamp') ?? 0)),
    ),
    status: failure === undefined ? undefined : statusOf('error', typeof failure === 'string' ? failure : ''),
  });
}

function idsOf(
  given: JsonObject,
  shared: Shared,
): { readonly spanId: string; readonly parentSpanId: string; readonly marks: readonly Attribute[] } {
  const [id, parent] = [textAt(given, 'id'), textAt(given, 'parentId')];
  if (given['shared'] === true) {
    const marks = [
      ['zipkin.id', id] as const,
      ...(parent === '' ? [] : [['zipkin.parentId', parent] as const]),
    ];
    return { spanId: serverId(id), parentSpanId: id, marks };
  }
  const isUnderServer = parent !== '' && shared.get(keyOf(given, parent)) === serviceOf(given);
  if (!isUnderServer) return { spanId: id, parentSpanId: parent, marks: [] };
  return { spanId: id, parentSpanId: serverId(parent), marks: [['zipkin.parentId', parent]] };
}

/** The name of a service under a name of the conventions, and what else there is of an endpoint under its own. */
function endpointAttributes(span: JsonObject, member: string, name: string): readonly Attribute[] {
  const { serviceName, ...rest } = objectAt(span, member);
  const isNamed = typeof serviceName === 'string' && serviceName !== '';
  return [
    ...(isNamed ? [[name, serviceName] as const] : []),
    ...leftover(`zipkin.${member}`, rest, new Set()),
  ];
}
