import type { CallError } from '../../journal/event.ts';
import { fieldAt, isObject, listAt, parseJson, textAt } from '../json-access.ts';
import { statusOfWord } from './error-types.ts';

/** Longer texts that are no JSON are pages, not messages. */
const LONGEST_PLAIN_TEXT = 300;

/**
 * What an upstream's error document says, in the forms of
 * - OpenAI, Anthropic, llama.cpp, vLLM ≥ 0.10 and Ollama below `/v1`: `{ error: { message, type, code } }`;
 *   Anthropic's most exact word is `error.details.error_code`, llama.cpp's and vLLM's `code` is the status
 * - Ollama's own API and LM Studio: `{ error: "…" }`
 * - older vLLM: `{ object: "error", message, type, code }`
 * - FastAPI: `{ detail: "…" }` or `{ detail: [{ loc, msg }] }`
 * - gateways before them: `{ message }`, Google's one-element list, or plain text.
 *
 * Its status is all there is where it says nothing that can be read.
 */
export function readUpstreamError(status: number, body: string): CallError {
  const fallback: CallError = { code: `http_${status}`, message: `the upstream answered ${status}`, status };
  const document = parseJson(body);
  if (document === undefined) {
    const text = body.trim();
    const isMessage = text !== '' && text.length <= LONGEST_PLAIN_TEXT && !text.startsWith('<');
    return isMessage ? { ...fallback, message: text } : fallback;
  }
  const found = readErrorIn(document) ?? readLooseError(document);
  return found
    ? { code: found.code ?? fallback.code, message: found.message ?? fallback.message, status }
    : fallback;
}

/** The error that an answer carries although its status was 200: as a document, or as an event of a stream. */
export function readErrorInAnswer(body: unknown): CallError | undefined {
  const found = readErrorIn(body);
  if (!found) return undefined;
  const status = found.status ?? found.words.map(statusOfWord).find((known) => known !== undefined);
  return {
    code: found.code ?? 'upstream_error',
    message: found.message ?? 'the upstream broke off with an error and did not say which',
    ...(status !== undefined && { status }),
  };
}

/** The same of one event of a stream, which may be an error by its name or type alone; a text where it is not JSON. */
export function readErrorInEvent(name: string, body: unknown): CallError | undefined {
  const isError = name === 'error' || textAt(body, 'type') === 'error';
  return readErrorInAnswer(body) ?? (isError ? readErrorInAnswer({ error: body }) : undefined);
}

interface FoundError {
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
  /** All that it calls itself, the most exact first. */
  readonly words: readonly string[];
}

/** What can be nothing but an error. */
function readErrorIn(body: unknown): FoundError | undefined {
  const only: unknown = Array.isArray(body) && body.length === 1 ? body[0] : body;
  const error = fieldAt(only, 'error');
  if (typeof error === 'string') return { message: error, words: [] };
  if (isObject(error)) return describe(error);
  return textAt(only, 'object') === 'error' ? describe(only) : undefined;
}

/** What is an error only because its status says so. */
function readLooseError(body: unknown): FoundError | undefined {
  const detail = fieldAt(body, 'detail');
  if (typeof detail === 'string') return { message: detail, words: [] };
  const problems = listAt(body, 'detail').map(
    (problem) => `${listAt(problem, 'loc').join('.')}: ${textAt(problem, 'msg')}`,
  );
  if (problems.length > 0) return { message: problems.join('; '), words: [] };
  return textAt(body, 'message') === '' ? undefined : describe(body);
}

/** The parts of an error object, wherever it stands. */
function describe(error: unknown): FoundError {
  const words = [
    textAt(fieldAt(error, 'details'), 'error_code'),
    textAt(error, 'code'),
    textAt(error, 'type'),
    textAt(error, 'status'),
  ].filter((word) => word !== '' && word !== 'error');
  const number = fieldAt(error, 'code');
  const message = textAt(error, 'message');
  return {
    words,
    ...(words[0] !== undefined && { code: words[0] }),
    ...(message !== '' && { message }),
    ...(isErrorStatus(number) && { status: number }),
  };
}

function isErrorStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value < 600;
}
