import type { IncomingMessage } from 'node:http';
import { isNestedDeeper } from '../../base/json-depth.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { findOperation } from '../../dialects/operations.ts';
import type { CallError, Dialect, ModelDialect } from '../../journal/event.ts';
import type { Category } from '../../journal/task.ts';
import { analyseTask, readPriority } from '../../scheduling/analyse-task.ts';
import type { Call } from '../../scheduling/call.ts';
import { headerOf } from '../../scheduling/headers.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';

/** Made once: to make one costs more than a small body. */
const UTF8 = new TextDecoder();

/** Arrays and objects in each other. */
const DEEPEST_BODY = 64;

/** Header names in lower case, in the order of the wire. */
export function headersOf(request: IncomingMessage): HeaderList {
  const headers: [string, string][] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    headers.push([request.rawHeaders[index]!.toLowerCase(), request.rawHeaders[index + 1]!]);
  }
  return headers;
}

type Parts<Family extends Dialect> = Pick<
  Call,
  'method' | 'path' | 'query' | 'attribution' | 'headers' | 'body'
> & { readonly dialect: Family };

export interface IdentifiedCall {
  readonly call: Call;
  /** What is wrong with it: it is a call all the same, recorded, and answered with the error. */
  readonly problem: Result<undefined, CallError>;
}

/** What a request to a service asks for that is no model: its body is nobody's business. */
export function identifyServiceCall(
  parts: Parts<'http'>,
  target: string,
  category: Category,
): IdentifiedCall {
  const { body, headers, path } = parts;
  const priority = readPriority(headerOf(headers, 'x-signalbox-priority'));
  const known = priority.ok && { priority: priority.value };
  const task = analyseTask({ category, operation: category, bytes: body.length, ...known });
  const call: Call = {
    ...parts,
    operation: path === '/' ? target : `${target}${path}`,
    model: target,
    streaming: false,
    task: { ...task, model: target },
  };
  return { call, problem: priority.ok ? ok(undefined) : priority };
}

/** What a request in one of the dialects of models asks for. */
export function identifyCall(parts: Parts<ModelDialect>): IdentifiedCall {
  const { operation: found, model: inPath } = findOperation(parts.dialect, parts.method, parts.path) ?? {};
  const operation = found?.name ?? parts.path.slice(1);
  const needsModel = found?.model === 'required';
  const priority = readPriority(headerOf(parts.headers, 'x-signalbox-priority'));
  const known = { operation, bytes: parts.body.length, ...(priority.ok && { priority: priority.value }) };
  const wire = found && { wire: found.dialect };
  const unread: Call = {
    ...parts,
    ...wire,
    operation,
    ...(inPath !== undefined && { model: inPath }),
    streaming: false,
    task: analyseTask(known),
  };
  if (!priority.ok) return { call: unread, problem: priority };
  const isJson = (headerOf(parts.headers, 'content-type') ?? 'application/json').includes('json');
  if (parts.body.length === 0 || !isJson) {
    return {
      call: unread,
      problem: needsModel ? fail(invalid('has no JSON body')) : ok(undefined),
    };
  }
  const json = UTF8.decode(parts.body);
  const parsed = parse(json);
  if (!parsed.ok) return { call: unread, problem: needsModel ? parsed : ok(undefined) };
  const task = analyseTask({ ...known, body: parsed.value });
  const { model, streaming } = task;
  const named = model !== '';
  const call: Call = { ...unread, streaming, json, task, ...(named && { model }) };
  if (!named && needsModel)
    return { call, problem: fail(invalid('names no model: "model" must be a string')) };
  return { call, problem: ok(undefined) };
}

function parse(json: string): Result<object, CallError> {
  if (isNestedDeeper(json, DEEPEST_BODY))
    return fail(invalid(`is nested deeper than ${DEEPEST_BODY} levels`));
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
