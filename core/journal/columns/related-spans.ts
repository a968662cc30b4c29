import type { JournalEvent } from '../event.ts';
import { idsOfReported } from '../fold-reported.ts';
import type { Span } from '../run-state.ts';
import { CHUNK_SPANS, KINDS, rowOf } from './span-chunk.ts';
import type { SpanColumns } from './span-columns.ts';

/** More of them are not read at once. */
const MOST_RELATED = 200;

/**
 * Ordinals of the spans that one has to do with: of a call its attempts, the call that it tries again and those that try it
 * again; of an attempt its call; of a request of MCP what was asked back; of a reported span those that its report links to.
 * `events` are its own.
 */
export function relatedTo(
  columns: SpanColumns,
  span: Span,
  events: readonly JournalEvent[],
): readonly number[] {
  const ordinal = span.index;
  const { parent, previousAttempt } = columns.chunkOf(ordinal);
  const row = rowOf(ordinal);
  const found = () => {
    switch (span.kind) {
      case 'call': {
        const retries = ordinalsWith(columns, 'previousAttempt', ordinal, 'call');
        return [...attemptsOf(columns, ordinal), previousAttempt[row]!, ...retries];
      }
      case 'attempt':
        return [parent[row]!];
      case 'mcp':
        return ordinalsWith(columns, 'parent', ordinal, 'mcp');
      case 'reported': {
        const report = events.find(({ seq }) => seq === span.seq);
        const links = report?.type === 'span-reported' ? report.data.links : [];
        return links.flatMap(idsOfReported).map((id) => columns.ordinalOf(id));
      }
      case 'agent':
        return [];
    }
  };
  return found()
    .filter((one) => one >= 0)
    .slice(0, MOST_RELATED);
}

/** The attempts of a call, in their order. */
export function attemptsOf(columns: SpanColumns, call: number): readonly number[] {
  const attempts: number[] = [];
  let attempt = columns.chunkOf(call).lastAttempt[rowOf(call)]!;
  while (attempt >= 0) {
    attempts.push(attempt);
    const before = columns.chunkOf(attempt).previousAttempt[rowOf(attempt)]!;
    // Later ones come later: what leads nowhere ends here.
    attempt = before < attempt ? before : -1;
  }
  return attempts.toReversed();
}

function ordinalsWith(
  { chunks, size }: SpanColumns,
  column: 'parent' | 'previousAttempt',
  value: number,
  kind: Span['kind'],
): readonly number[] {
  const code = KINDS.indexOf(kind);
  const found: number[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const spans = Math.min(size - index * CHUNK_SPANS, CHUNK_SPANS);
    const cells = chunk[column];
    for (let row = cells.indexOf(value); row >= 0 && row < spans; row = cells.indexOf(value, row + 1))
      if (chunk.kind[row] === code) found.push(index * CHUNK_SPANS + row);
  }
  return found;
}
