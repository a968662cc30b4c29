import type { SpanId } from '../base/ids.ts';
import type { Tokens, Usd } from '../base/units.ts';
import type { ReportedSpan, Span } from './run-state.ts';

export interface ReportedTokens {
  readonly input: Tokens;
  readonly output: Tokens;
  /** As far as the reporters said it. */
  readonly costUsd: Usd;
}

/**
 * The tokens that reported spans tell of and that are in none of the run's own sums, each once. Instrumentations repeat them
 * from below (an agent's span has those of its models, a model's those of the SDK under it), so only the lowest span
 * counts, and none above a call that went through here.
 */
export function reportedTokens(spans: ReadonlyMap<SpanId, Span>): ReportedTokens {
  const above = new Set<SpanId>();
  for (const span of spans.values()) {
    if (span.kind !== 'call' && !tells(span)) continue;
    let upper = span.parentId;
    while (upper !== undefined && !above.has(upper)) {
      above.add(upper);
      upper = spans.get(upper)?.parentId;
    }
  }
  let [input, output, costUsd] = [0, 0, 0];
  for (const span of spans.values()) {
    if (!tells(span) || above.has(span.id)) continue;
    input += span.usage?.input ?? 0;
    output += span.usage?.output ?? 0;
    costUsd += span.costUsd ?? 0;
  }
  return { input, output, costUsd };
}

function tells(span: Span): span is ReportedSpan {
  return (
    span.kind === 'reported' &&
    (span.activity === 'llm' || span.activity === 'embedding') &&
    span.usage !== undefined
  );
}
