import type { IncomingMessage } from 'node:http';
import { fail, ok, type Result } from '../../base/result.ts';
import type { CallError } from '../../journal/event.ts';
import type { Call } from '../../scheduling/call.ts';
import { headerOf } from '../../scheduling/headers.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';

const OPERATIONS: Readonly<Record<string, string>> = {
  'POST /chat/completions': 'chat.completions',
  'GET /models': 'models',
  'POST /responses': 'responses',
  'POST /embeddings': 'embeddings',
  'POST /messages': 'messages',
};

/** Operations whose body must be JSON that names a model. */
const NEEDS_MODEL = new Set(['chat.completions']);

/** Header names in lower case, in the order of the wire. */
export function headersOf(request: IncomingMessage): HeaderList {
  const headers: [string, string][] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    headers.push([request.rawHeaders[index]!.toLowerCase(), request.rawHeaders[index + 1]!]);
  }
  return headers;
}

export type CallParts = Pick<
  Call,
  'dialect' | 'method' | 'path' | 'query' | 'attribution' | 'headers' | 'body'
>;

/** What a request asks for. A failure still is a call: it is recorded, and answered with the error. */
export function identifyCall(parts: CallParts): {
  readonly call: Call;
  readonly problem: Result<undefined, CallError>;
} {
  const operation = OPERATIONS[`${parts.method} ${parts.path}`] ?? parts.path.slice(1);
  const unread: Call = { ...parts, operation, streaming: false, tools: 0 };
  const isJson = (headerOf(parts.headers, 'content-type') ?? 'application/json').includes('json');
  if (parts.body.length === 0 || !isJson) {
    return {
      call: unread,
      problem: NEEDS_MODEL.has(operation) ? fail(invalid('has no JSON body')) : ok(undefined),
    };
  }
  const json = new TextDecoder().decode(parts.body);
  const parsed = parse(json);
  if (!parsed.ok) return { call: unread, problem: NEEDS_MODEL.has(operation) ? parsed : ok(undefined) };
  const { model, stream, tools } = parsed.value;
  const maxOutputTokens = parsed.value.max_completion_tokens ?? parsed.value.max_tokens;
  const named = typeof model === 'string' && model !== '';
  const call: Call = {
    ...unread,
    streaming: stream === true,
    json,
    tools: Array.isArray(tools) ? tools.length : 0,
    ...(named && { model }),
    ...(isCount(maxOutputTokens) && { maxOutputTokens }),
  };
  if (!named && NEEDS_MODEL.has(operation))
    return { call, problem: fail(invalid('names no model: "model" must be a string')) };
  return { call, problem: ok(undefined) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** The part of a request that routing looks at. */
interface RequestBody {
  readonly model?: unknown;
  readonly stream?: unknown;
  readonly tools?: unknown;
  readonly max_tokens?: unknown;
  readonly max_completion_tokens?: unknown;
}

function parse(json: string): Result<RequestBody, CallError> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return ok(value);
    return fail(invalid('is not a JSON object'));
  } catch (error) {
    return fail(invalid(`is not valid JSON: ${error instanceof Error ? error.message : String(error)}`));
  }
}

function invalid(what: string): CallError {
  return { code: 'invalid_request', message: `The request body ${what}.`, status: 400 };
}
