import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Malformed, type Message } from '../journal/otlp/fields.ts';
import {
  LOG_RECORD,
  METRICS,
  RESOURCE,
  SCOPE,
  SPAN,
  type OtlpResource,
  type OtlpScope,
} from '../journal/otlp/protocol.ts';
import { DamagedFile, type Source } from './damaged-file.ts';
import type { Intake } from './intake.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import type { Reader } from './reading.ts';
import { readWire, type Framing, type WirePiece, type WireShape } from './wire-stream.ts';

/** The groups of an export of spans, log records or metrics have the same numbers in all three. */
function shapeOf(leaves: boolean): WireShape {
  const scopes: WireShape = {
    fields: new Map([[1, { name: 'scope' }], ...(leaves ? [[2, { name: 'leaf' }] as const] : [])]),
  };
  const groups: WireShape = {
    fields: new Map<number, { name: string } | { inside: WireShape }>([
      [1, { name: 'resource' }],
      [2, { inside: scopes }],
    ]),
  };
  return { fields: new Map([[1, { inside: groups }]]) };
}

const WHOLE = shapeOf(true);
const REPORTERS_ONLY = shapeOf(false);
const SCOPE_DEPTH = 2;

/**
 * OTLP in Protocol Buffers: one export, or many, each after its length (a varint, as Protocol Buffers have it, or four bytes, as the
 * file exporter of OpenTelemetry's collector). Read twice: who reports may stand behind what is reported.
 */
export const readOtlpProtobuf: Reader = async function* ({
  source,
  intake,
}): AsyncGenerator<readonly ImportedItem[]> {
  const framing = await framingOf(source);
  const reporters = await readReporters(source, framing);
  let group = -1;
  for await (const pieces of readWire(source(), WHOLE, framing)) {
    for (const piece of pieces) {
      if (piece.kind === 'begin' && piece.depth === SCOPE_DEPTH) group += 1;
      if (piece.kind === 'value' && piece.name === 'leaf') takeLeaf(intake, piece, reporters[group]!);
    }
    yield intake.take();
  }
};

/** An export begins with its field 1, which is a byte that no length of an export has. */
async function framingOf(source: Source): Promise<Framing> {
  for await (const chunk of source()) {
    if (chunk.length === 0) continue;
    if (chunk[0] === TAG_OF_GROUPS) return 'none';
    return chunk[0] === 0 ? 'fixed32' : 'varint';
  }
  throw new DamagedFile('The file is empty', 0);
}

const TAG_OF_GROUPS = 0x0a;

async function readReporters(source: Source, framing: Framing): Promise<readonly Reporter[]> {
  const reporters: Reporter[] = [];
  let [resource, scope]: [OtlpResource | undefined, OtlpScope | undefined] = [undefined, undefined];
  let first = 0;
  for await (const pieces of readWire(source(), REPORTERS_ONLY, framing)) {
    for (const piece of pieces) {
      if (piece.kind === 'begin') {
        if (piece.depth < SCOPE_DEPTH) [resource, first] = [undefined, reporters.length];
        else scope = undefined;
      } else if (piece.kind === 'value') {
        if (piece.name === 'resource') resource = decode(RESOURCE, piece);
        else scope = decode(SCOPE, piece);
      } else if (piece.depth === SCOPE_DEPTH) reporters.push({ resource, scope });
      else
        for (let at = first; at < reporters.length; at += 1) reporters[at] = { ...reporters[at]!, resource };
    }
  }
  return reporters;
}

function takeLeaf(intake: Intake, piece: WirePiece, by: Reporter): void {
  switch (leafOf(piece)) {
    case 'span':
      return intake.span(by, decode(SPAN, piece));
    case 'log':
      return intake.log(by, decode(LOG_RECORD, piece));
    case 'metric': {
      const body = wrap(piece.bytes);
      const decoded = decode(METRICS, { ...piece, bytes: body });
      const metrics = decoded.resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap((group) => group.metrics),
      );
      return intake.metrics(by, metrics, 'application/x-protobuf', body);
    }
  }
}

/**
 * What a leaf is shows in the types of its fields: times of spans are 7 and 8 and those of log records 1 and 11, while a metric has
 * none at its top.
 */
function leafOf(piece: WirePiece): 'span' | 'log' | 'metric' {
  let isLog = false;
  try {
    const reader = new BinaryReader(piece.bytes);
    while (reader.pos < reader.len) {
      const [no, type] = reader.tag();
      if (type === WireType.Bit64 && (no === 7 || no === 8)) return 'span';
      if (type === WireType.Bit64 && (no === 1 || no === 11)) isLog = true;
      // Severity of a log record, kind of a span.
      if (type === WireType.Varint && no === 6) return 'span';
      if (type === WireType.Varint && no === 2) isLog = true;
      reader.skip(type, no);
    }
  } catch (error) {
    throw damagedBy(error, piece);
  }
  return isLog ? 'log' : 'metric';
}

/** An export of one metric. */
function wrap(metric: Uint8Array): Uint8Array {
  return [2, 2, 1].reduce(
    (inner, no) => new BinaryWriter().tag(no, WireType.LengthDelimited).bytes(inner).finish(),
    metric,
  );
}

function decode<Value>(message: Message<Value>, piece: WirePiece): Value {
  try {
    return message.wire(piece.bytes);
  } catch (error) {
    throw damagedBy(error, piece);
  }
}

/** The reader of wires throws plain errors where a message breaks off. A TypeError is a mistake of ours. */
function damagedBy(error: unknown, { offset }: WirePiece): unknown {
  if (!(error instanceof Error) || error instanceof TypeError) return error;
  const path = error instanceof Malformed && error.path.length > 0 ? `"${error.path.join('.')}" ` : '';
  return new DamagedFile(`A message cannot be decoded: ${path}${error.message}`, offset);
}
