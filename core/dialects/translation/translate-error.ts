import type { CallError, ModelDialect } from '../../journal/event.ts';
import { errorDocument } from '../errors/own-error.ts';
import { readUpstreamError } from '../errors/upstream-error.ts';

/** OpenAI has no 529; its clients retry a 503 alike. */
const OVERLOADED = { anthropic: 529, openai: 503 } as const satisfies Record<ModelDialect, number>;

export interface TranslatedError {
  readonly status: number;
  readonly body: string;
  /** As the upstream said it. */
  readonly error: CallError;
}

/**
 * An upstream's error answer in the shape that a client of another family reads. Anthropic has no code for a request that
 * is too long, by which OpenAI's clients know that they must shorten it: whoever knows that it is says so.
 */
export function translateError(
  client: ModelDialect,
  status: number,
  body: string,
  isTooLong = false,
): TranslatedError {
  const error = readUpstreamError(status, body);
  const given = status === 529 ? OVERLOADED[client] : status;
  const said = isTooLong ? { ...error, code: 'context_length_exceeded' } : error;
  return { status: given, body: errorDocument(client, given, said), error };
}
