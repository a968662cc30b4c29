import { fail, ok, type Result } from '../base/result.ts';
import type { FormatName } from './names.ts';

/** As many bytes from the beginning of a file are enough to tell what it is. */
export const DETECTION_BYTES = 256 * 1024;

/** The same file again, decompressed: that is up to who opened it. */
export type Compression = 'gzip' | 'zstd';

const MAGIC: readonly (readonly [name: Compression, bytes: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** How a file is compressed, if it is. */
export function detectCompression(bytes: Uint8Array): Compression | undefined {
  return MAGIC.find(([, magic]) => magic.every((byte, at) => bytes[at] === byte))?.[0];
}

export interface Undetected {
  /** In English: what was looked for, and what there is instead. */
  readonly reason: string;
  readonly offset: number;
}

/** What distinguishes a format; the first that has all of its members near the beginning is it. */
const SIGNS: readonly (readonly [format: FormatName, members: readonly string[]])[] = [
  ['otlp-json', ['resourceSpans']],
  ['otlp-json', ['resourceLogs']],
  ['otlp-json', ['resourceMetrics']],
  ['har', ['log', 'entries']],
  ['har', ['log', 'creator']],
  ['chrome', ['traceEvents']],
  ['speedscope', ['profiles', 'shared']],
  ['speedscope', ['shared', 'frames']],
  ['speedscope', ['$schema', 'profiles']],
  ['jaeger', ['traceID', 'spans']],
  ['jaeger', ['traceID', 'spanID']],
  ['openinference', ['context', 'span_id']],
  ['openinference', ['context.span_id']],
  ['langfuse', ['trace', 'observations']],
  ['langfuse', ['parentObservationId']],
  ['langfuse', ['trace', 'projectId', 'timestamp']],
  ['langfuse', ['projectId', 'timestamp', 'sessionId']],
  ['langfuse', ['observations', 'timestamp']],
  ['langfuse', ['type', 'startTime', 'traceId', 'usageDetails']],
  ['langfuse', ['level', 'startTime', 'traceId', 'type']],
  ['zipkin', ['traceId', 'id', 'localEndpoint']],
  ['zipkin', ['traceId', 'id', 'timestamp']],
  ['zipkin', ['traceId', 'id', 'duration']],
  ['zipkin', ['traceId', 'id', 'name']],
  // Where the metadata, which may have whole sources, come before the events.
  ['chrome', ['metadata', 'dataOrigin']],
  ['chrome', ['metadata', 'hardwareConcurrency']],
  ['chrome', ['ph', 'pid']],
  ['chrome', ['ph', 'ts']],
];

const LOOKED_FOR =
  'OTLP (JSON, Protocol Buffers), Jaeger, Zipkin v2, Chrome Trace Event, speedscope, HAR, OpenInference and Langfuse';

/**
 * Tells the format of a file by its first bytes (decompressed), and by its name only where they say nothing. What is refused is
 * none of those that are read.
 */
export function detectFormat(bytes: Uint8Array, fileName = ''): Result<FormatName, Undetected> {
  const first = bytes.findIndex((byte, at) => byte > 0x20 && !(at < 3 && BYTE_ORDER_MARK[at] === byte));
  if (bytes.length === 0) return refuse('The file is empty', 0);
  if (isProtobuf(bytes, fileName)) return ok('otlp-protobuf');
  if (first === -1) return refuse('There is nothing but white space', 0);
  const byte = bytes[first]!;
  if (byte !== 0x7b && byte !== 0x5b && byte !== 0x1e) {
    return refuse(`It begins with ${sayByte(byte)}, and not as JSON or Protocol Buffers do`, first);
  }
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, DETECTION_BYTES));
  const members = membersOf(text);
  const found = SIGNS.find(([, signs]) => signs.every((sign) => members.has(sign)));
  if (found) return ok(found[0]);
  // A list of events that has none is a trace too.
  if (/^\s*\[\s*\]?\s*$/.test(text)) return ok('chrome');
  const some = [...members].slice(0, 8).map((member) => `"${member.slice(0, 40)}"`);
  const has = some.length === 0 ? 'has no members' : `begins with ${some.join(', ')}`;
  return refuse(`It is JSON that ${has}`, first);
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Objects and lists around a member that is looked at: those of a span in a list of traces in an answer. */
const DEEPEST = 4;
/** A string, with the colon after it where it is a name; or a bracket. */
const TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:)?|[[\]{}]/gs;

/** The names of the members near the top, also of a text that breaks off. */
function membersOf(text: string): ReadonlySet<string> {
  const members = new Set<string>();
  let depth = 0;
  for (const [token, name, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (colon !== undefined && depth <= DEEPEST) members.add(name!);
  }
  return members;
}

function refuse(found: string, offset: number): Result<FormatName, Undetected> {
  return fail({ reason: `${found}. Looked for ${LOOKED_FOR}.`, offset });
}

/**
 * An export is a message whose first field has the number 1 and a length; so are the groups in it. Before it may stand its own
 * length.
 */
function isProtobuf(bytes: Uint8Array, fileName: string): boolean {
  if (/\.(?:pb|binpb|proto|protobuf|bin)(?:\.|$)/i.test(fileName) && !isText(bytes)) return true;
  if (bytes[0] === 0x0a) return !isText(bytes);
  const start = bytes[0] === 0 ? 4 : 1 + bytes.subarray(0, 10).findIndex((byte) => byte < 0x80);
  return bytes[start] === 0x0a && !isText(bytes);
}

/** No text has control characters but white space; lengths and tags of a message are such. */
function isText(bytes: Uint8Array): boolean {
  return bytes
    .subarray(0, 512)
    .every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1e);
}

function sayByte(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `the byte 0x${byte.toString(16).padStart(2, '0')}`;
}
