import type { CallSpan, Span } from '../../../core/journal/run-state.ts';

/** What a call asked for: the target of its first decision, else the model it named. */
export function targetOf(call: CallSpan): string | undefined {
  return call.routes[0]?.target.name ?? call.model;
}

/** Where its newest decision sent it. */
export function instanceOf(call: CallSpan): string | undefined {
  return call.routes.at(-1)?.pick.chosen;
}

/** The words that name a span, without its kind: `chat.completions sim-fast`, `1 sim-fast`. */
export function wordsOf(span: Span): readonly string[] {
  switch (span.kind) {
    case 'agent':
      return [span.name];
    case 'attempt':
      return [String(span.attempt), span.instance];
    case 'call':
      return [...new Set([span.operation, targetOf(span), instanceOf(span)])].filter(
        (word) => word !== undefined,
      );
  }
}
