import type { CallError, ModelDialect } from '../../journal/event.ts';
import { familyOf, type WireDialect } from '../dialect.ts';
import { sseEvent, typedEvent } from '../sse/write-sse.ts';
import { errorType } from './error-types.ts';

/** An error of ours as the document that a family's SDKs read; `code` is kept where the family has a place for it. */
export function errorDocument(family: ModelDialect, status: number, error: CallError): string {
  return JSON.stringify(errorBody(family, status, error));
}

/**
 * The same as an event of a stream that has already begun; the SDKs throw it. Its type is that of the error's status.
 *
 * @param sequenceNumber of the Responses API: one more than that of the last event that passed
 */
export function errorEvent(dialect: WireDialect, error: CallError, sequenceNumber = 0): string {
  const status = error.status ?? 500;
  if (dialect === 'openai-responses') {
    const { code, message } = error;
    return typedEvent({ type: 'error', code, message, param: null, sequence_number: sequenceNumber });
  }
  const family = familyOf(dialect);
  const body = errorBody(family, status, error);
  return family === 'anthropic' ? sseEvent(body, 'error') : sseEvent(body);
}

function errorBody(family: ModelDialect, status: number, { code, message }: CallError): object {
  const type = errorType(family, status);
  return family === 'anthropic'
    ? { type: 'error', error: { type, message, details: { error_code: code } }, request_id: null }
    : { error: { message, type, param: null, code } };
}
