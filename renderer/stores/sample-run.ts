import type { RunId, SpanId } from '../../core/base/ids.ts';
import { SpanColumns } from '../../core/journal/columns/span-columns.ts';
import type { RunSummary, Span } from '../../core/journal/run-state.ts';
import type { ShownRun } from './shown-run.ts';

const RUN: RunSummary = {
  id: '1'.padStart(32, '0') as RunId,
  name: 'agent',
  status: 'running',
  source: 'launched',
  startedAt: 0,
  duration: 100,
  lastSeq: 1,
  calls: 0,
  openCalls: 0,
  errors: 0,
  retries: 0,
  inputTokens: 0,
  outputTokens: 0,
  uncountedCalls: 0,
  cost: 0,
  unpricedCalls: 0,
};

/** An id that reads like the text. */
export function idOf(text: string): SpanId {
  const hex = Array.from(text, (letter) => letter.charCodeAt(0).toString(16)).join('');
  return hex.padStart(16, '0').slice(-16) as SpanId;
}

/** A view of these spans, for tests: each is an event of its own. Their ids are `idOf` what they are called. */
export function viewOf(...spans: readonly Span[]): {
  readonly view: ShownRun;
  readonly spans: readonly Span[];
} {
  const columns = new SpanColumns();
  const placed = spans.map((span, index): Span => {
    const { parentId, ...rest } = span;
    const over = parentId !== undefined && { parentId: idOf(parentId) };
    return { ...rest, id: idOf(span.id), ...over, index };
  });
  for (const span of placed) columns.put(span, span.index + 1);
  // A parent may come after its children.
  for (const span of placed) columns.put(span, span.index + 1);
  const run = { ...RUN, lastSeq: spans.length };
  return { view: { run, columns, spans: spans.length, live: true }, spans: placed };
}
