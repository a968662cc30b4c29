import type { AttemptSpan, CallSpan, Span } from '../../../core/journal/run-state.ts';
import type { Row } from './waterfall/rows.ts';

/** What a call asked for: the target of its first decision, else the model it named. */
export function targetOf(call: CallSpan): string | undefined {
  return call.routes[0]?.target.name ?? call.model;
}

/** Who answered it, else whom its newest decision chose; of `attempts` side by side only one has answered. */
export function instanceOf(call: CallSpan, attempts: readonly AttemptSpan[]): string | undefined {
  const answered = attempts.findLast(({ status }) => status === 'ok');
  return answered?.instance ?? call.routes.findLast(({ pick }) => pick.chosen !== undefined)?.pick.chosen;
}

/** The words that name a span, without its kind: `chat.completions sim-fast`, `1 sim-fast`; with its attempts, for a call. */
export function wordsOf(span: Span, attempts: readonly AttemptSpan[]): readonly string[] {
  switch (span.kind) {
    case 'agent':
      return [span.name];
    case 'attempt':
      return [String(span.attempt), span.instance];
    case 'mcp':
      return [span.name, span.server];
    case 'reported':
      return [span.name];
    case 'call':
      return [...new Set([span.operation, targetOf(span), instanceOf(span, attempts)])].filter(
        (word) => word !== undefined,
      );
  }
}

/** The same of a row: as long as its span has not been read, what its columns say. */
export function rowWords({
  span,
  detail,
  attempts,
}: Pick<Row, 'span' | 'detail' | 'attempts'>): readonly string[] {
  if (detail) return wordsOf(detail, attempts);
  return [...new Set([span.name, span.label])].filter((word) => word !== '');
}
