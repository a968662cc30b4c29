import { CHUNK_SPANS, KINDS } from '../../../../core/journal/columns/span-chunk.ts';
import type { AttemptSpan, Span } from '../../../../core/journal/run-state.ts';
import { attemptsIn, spanRow, type ShownRun, type SpanRow } from '../../../stores/shown-run.ts';

/** The visible lines, parents before children, each generation in the order in which it began: a place for each line. */
export interface TreeRows {
  readonly count: number;
  readonly ordinals: Int32Array;
  /** 1 for the root, as `aria-level` counts. */
  readonly levels: Uint16Array;
  /** The line of the parent; -1 for a root. */
  readonly parents: Int32Array;
  readonly folds: Uint8Array;
}

const LEAF = 0;
const CLOSED = 1;
const OPEN = 2;

/** Deeper than this a line stands where its parent does. */
const DEEPEST = 65_535;

/** One line of the waterfall: a span at its place in the tree. */
export interface Row {
  readonly index: number;
  readonly span: SpanRow;
  /** All that is known of it, once that has been read. */
  readonly detail: Span | undefined;
  readonly level: number;
  /** `undefined` where there is nothing to unfold. */
  readonly expanded: boolean | undefined;
  /** The tries of a call that have been read, in order; empty for other spans. */
  readonly attempts: readonly AttemptSpan[];
  /** Index of the parent's row, -1 for a root. */
  readonly parent: number;
}

/**
 * The visible lines of the spans that were heard of. A call hides a single attempt, which would only repeat it, and
 * shows several; `toggled` are the spans, by their ordinals, that are the other way.
 */
export function treeRows({ columns, spans }: ShownRun, toggled: ReadonlySet<number>): TreeRows {
  const { first, next, kinds } = childrenOf(columns.chunks, spans);
  const ordinals = new Int32Array(spans);
  const levels = new Uint16Array(spans);
  const parents = new Int32Array(spans);
  const folds = new Uint8Array(spans);
  const [call, attempt] = [KINDS.indexOf('call'), KINDS.indexOf('attempt')];
  const opensByItself = (ordinal: number, child: number) =>
    kinds[ordinal] !== call || next[child]! >= 0 || kinds[child] !== attempt;

  let count = 0;
  // Those above the span in hand, by their lines, and the next child of each.
  const above: number[] = [];
  const rest: number[] = [];
  let ordinal = first[spans]!;
  while (ordinal >= 0 || rest.length > 0) {
    if (ordinal < 0) {
      above.pop();
      ordinal = rest.pop()!;
      continue;
    }
    const child = first[ordinal]!;
    const isOpen = child >= 0 && opensByItself(ordinal, child) !== toggled.has(ordinal);
    ordinals[count] = ordinal;
    levels[count] = Math.min(above.length + 1, DEEPEST);
    parents[count] = above.length > 0 ? above[above.length - 1]! : -1;
    folds[count] = child < 0 ? LEAF : isOpen ? OPEN : CLOSED;
    if (isOpen) {
      above.push(count);
      rest.push(next[ordinal]!);
      ordinal = child;
    } else ordinal = next[ordinal]!;
    count += 1;
  }
  return {
    count,
    ordinals: ordinals.subarray(0, count),
    levels: levels.subarray(0, count),
    parents: parents.subarray(0, count),
    folds: folds.subarray(0, count),
  };
}

/** One line with what is known of its span. */
export function rowAt(
  view: ShownRun,
  rows: TreeRows,
  index: number,
  detailOf: (ordinal: number) => Span | undefined,
): Row {
  const span = spanRow(view, rows.ordinals[index]!);
  const fold = rows.folds[index]!;
  const attempts = span.kind === 'call' ? attemptsIn(view, span.ordinal).map(detailOf) : [];
  return {
    index,
    span,
    detail: agreed(detailOf(span.ordinal), span),
    level: rows.levels[index]!,
    expanded: fold === LEAF ? undefined : fold === OPEN,
    attempts: attempts.filter((one) => one?.kind === 'attempt'),
    parent: rows.parents[index]!,
  };
}

/** What was read of a span, with how it stands by the columns, which may know it better. */
function agreed(detail: Span | undefined, { status, endedAt }: SpanRow): Span | undefined {
  if (!detail || (detail.status === status && detail.endedAt === endedAt)) return detail;
  const { endedAt: _, ...rest } = detail;
  return { ...rest, status, ...(endedAt !== undefined && { endedAt }) };
}

/** Of each span its kind, its first child and its next sibling, -1 for none; the first of those without a parent after the last. */
function childrenOf(chunks: ShownRun['columns']['chunks'], spans: number) {
  const first = new Int32Array(spans + 1).fill(-1);
  const next = new Int32Array(spans);
  const kinds = new Uint8Array(spans);
  for (let index = Math.ceil(spans / CHUNK_SPANS) - 1; index >= 0; index--) {
    const { parent, kind } = chunks[index]!;
    kinds.set(kind.subarray(0, spans - index * CHUNK_SPANS), index * CHUNK_SPANS);
    for (let row = Math.min(spans - index * CHUNK_SPANS, CHUNK_SPANS) - 1; row >= 0; row--) {
      const ordinal = index * CHUNK_SPANS + row;
      const above = parent[row]!;
      // A parent that was not heard of yet: until then it hangs under the root.
      const place = above < 0 ? spans : above < spans ? above : 0;
      next[ordinal] = first[place]!;
      first[place] = ordinal;
    }
  }
  return { first, next, kinds };
}
