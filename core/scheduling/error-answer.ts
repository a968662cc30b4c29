import { errorDocument } from '../dialects/errors/own-error.ts';
import type { CallError, Dialect } from '../journal/event.ts';

/** An error of ours in the shape that the client's own SDKs read; services that are no models get it plain. */
export function errorAnswer(dialect: Dialect, status: number, error: CallError): string {
  if (dialect !== 'http') return errorDocument(dialect, status, error);
  return JSON.stringify({ error: { code: error.code, message: error.message } });
}
