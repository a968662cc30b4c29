import { WIRE_DIALECTS, type WireDialect } from '../../../../core/dialects/dialect.ts';
import { findOperation } from '../../../../core/dialects/operations.ts';
import type { AttemptSpan, CallSpan } from '../../../../core/journal/run-state.ts';

/** What the bodies of a call are written in; `undefined` for what is only passed on. */
export function dialectOfCall({ dialect, method, path }: CallSpan): WireDialect | undefined {
  return dialect === 'http' ? undefined : findOperation(dialect, method, path)?.operation.dialect;
}

/** What an attempt of `call` was answered in. */
export function dialectOfAttempt({ translated }: AttemptSpan, call: CallSpan): WireDialect | undefined {
  return translated ? WIRE_DIALECTS.find((one) => one === translated.to) : dialectOfCall(call);
}
