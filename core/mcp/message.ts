import { elementRanges } from '../base/json-ranges.ts';
import { sliceOf } from './json-slice.ts';

/** A whole number that JavaScript's own would round is a bigint, so that two of them stay two. */
export type RequestId = string | number | bigint;
export type Members = Readonly<Record<string, unknown>>;

interface MessageBase {
  /** The message as it was on the wire. */
  readonly text: string;
}

export interface McpRequest extends MessageBase {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: Members;
}

export interface McpNotification extends MessageBase {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Members;
}

export interface McpResult extends MessageBase {
  readonly kind: 'result';
  readonly id: RequestId;
  readonly result: Members;
}

export interface McpFailure extends MessageBase {
  readonly kind: 'failure';
  /** Absent where the sender could not tell what it answers. */
  readonly id?: RequestId;
  readonly error: McpError;
}

export interface McpError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** One JSON-RPC 2.0 message, as MCP allows it. */
export type McpMessage = McpRequest | McpNotification | McpResult | McpFailure;

/** Codes of JSON-RPC 2.0 and of MCP 2026-07-28. */
export const ERROR_CODES = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internalError: -32_603,
  headerMismatch: -32_020,
  missingClientCapability: -32_021,
  unsupportedProtocolVersion: -32_022,
} as const;

/** The messages of a body or a line: one, or several where it is a batch. Nothing where it is not JSON-RPC. */
export function readMessages(text: string): readonly McpMessage[] | undefined {
  // A flood of noise is told apart without an error for each of its lines.
  if (!/^\s*[[{]/.test(text)) return undefined;
  const value = parse(text);
  if (!Array.isArray(value)) {
    const message = readMessage(value, text);
    return message && [message];
  }
  const start = text.indexOf('[');
  const texts = elementRanges(text, { start, end: text.length }).map((range) =>
    text.slice(range.start, range.end),
  );
  const messages = value.map((element: unknown, index) => readMessage(element, texts[index] ?? ''));
  const isWhole = messages.length > 0 && messages.every((message) => message !== undefined);
  return isWhole ? messages.filter((message) => message !== undefined) : undefined;
}

function readMessage(value: unknown, text: string): McpMessage | undefined {
  if (!isMembers(value) || value['jsonrpc'] !== '2.0') return undefined;
  const { method, error } = value;
  const id = exactId(value['id'], text);
  if (typeof method === 'string') {
    const params = isMembers(value['params']) ? value['params'] : {};
    if (isRequestId(id)) return { kind: 'request', id, method, params, text };
    return id === undefined ? { kind: 'notification', method, params, text } : undefined;
  }
  if (isMembers(value['result']) && isRequestId(id))
    return { kind: 'result', id, result: value['result'], text };
  if (!isMembers(error)) return undefined;
  const { code, message, data } = error;
  const read: McpError = {
    code: typeof code === 'number' ? code : 0,
    message: typeof message === 'string' ? message : '',
    ...(data !== undefined && { data }),
  };
  return { kind: 'failure', ...(isRequestId(id) && { id }), error: read, text };
}

function exactId(id: unknown, text: string): unknown {
  if (typeof id !== 'number' || Number.isSafeInteger(id)) return id;
  const written = sliceOf(text, 'id') ?? '';
  return /^-?\d+$/.test(written) ? BigInt(written) : id;
}

/** An error of our own, as the answer to a request or, without an id, to what could not be read. */
export function failureText(id: RequestId | undefined, error: McpError): string {
  return `{"jsonrpc":"2.0","id":${id === undefined ? 'null' : idText(id)},"error":${JSON.stringify(error)}}`;
}

/** An id as JSON. */
export function idText(id: RequestId): string {
  return typeof id === 'bigint' ? String(id) : JSON.stringify(id);
}

/** That a notification names: a number that was rounded when it was read stands for the one that it was, if that is known. */
export function sameId(id: RequestId, known: Iterable<RequestId>): RequestId | undefined {
  if (typeof id === 'string') return undefined;
  return [...known].find((one) => typeof one !== 'string' && Number(one) === Number(id));
}

/** The member of `params` or of a result that carries what belongs to the protocol. */
export function metaOf(params: Members): Members {
  return isMembers(params['_meta']) ? params['_meta'] : {};
}

/** A number that JSON cannot say again, like 1e400, would never be answered. */
export function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || typeof value === 'bigint' || Number.isFinite(value);
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
