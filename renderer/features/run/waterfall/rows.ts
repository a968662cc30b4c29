import type { SpanId } from '../../../../core/base/ids.ts';
import type { AttemptSpan, Span } from '../../../../core/journal/run-state.ts';

/** One line of the waterfall: a span at its place in the tree. */
export interface Row {
  readonly span: Span;
  /** 1 for the root, as `aria-level` counts. */
  readonly level: number;
  /** `undefined` where there is nothing to unfold. */
  readonly expanded: boolean | undefined;
  /** The tries of a call, in order; empty for other spans. */
  readonly attempts: readonly AttemptSpan[];
  /** Index of the parent's row, -1 for a root. */
  readonly parent: number;
}

const NONE: readonly AttemptSpan[] = [];

/**
 * The visible lines, parents before children, each generation in the order in which it began. A call hides a
 * single attempt, which would only repeat it, and shows several; `toggled` are the spans that are the other way.
 */
export function treeRows(spans: ReadonlyMap<SpanId, Span>, toggled: ReadonlySet<SpanId>): readonly Row[] {
  const children = new Map<SpanId, Span[]>();
  const roots: Span[] = [];
  for (const span of spans.values()) {
    if (span.parentId === undefined || !spans.has(span.parentId)) {
      roots.push(span);
      continue;
    }
    const siblings = children.get(span.parentId);
    if (siblings) siblings.push(span);
    else children.set(span.parentId, [span]);
  }
  const rows: Row[] = [];
  const add = (span: Span, level: number, parent: number) => {
    const below = children.get(span.id) ?? [];
    const attempts = span.kind === 'call' ? below.filter((child) => child.kind === 'attempt') : NONE;
    const open = below.length > 0 && opensByItself(span, below) !== toggled.has(span.id);
    const index = rows.length;
    rows.push({ span, level, expanded: below.length > 0 ? open : undefined, attempts, parent });
    if (open) for (const child of below) add(child, level + 1, index);
  };
  for (const root of roots) add(root, 1, -1);
  return rows;
}

function opensByItself(span: Span, below: readonly Span[]): boolean {
  return span.kind !== 'call' || below.length > 1 || below.some((child) => child.kind !== 'attempt');
}
