import type { SpanId } from '../../base/ids.ts';
import type { Span } from '../run-state.ts';
import type { SpanTable } from '../span-table.ts';

export interface SpansElsewhere {
  /** Spans that were heard of. */
  readonly size: number;
  readonly root: SpanId;
  has(id: SpanId): boolean;
  /** A span that `has` knows, from its events. */
  load(id: SpanId): Span;
}

/** Spans that are open, and some of the others; what is not here is loaded when it is asked for. */
export class SpansOnDemand implements SpanTable {
  size: number;
  private readonly elsewhere: SpansElsewhere;
  /** Of those that have ended, the least recently used are forgotten beyond so many. */
  private readonly keep: number;
  private readonly opened = new Map<SpanId, Span>();
  private readonly ended = new Map<SpanId, Span>();

  private readonly changed: (span: Span, before: Span | undefined) => void;

  /** `changed` is told of every span that is set, and what was here of it until then. */
  constructor(
    elsewhere: SpansElsewhere,
    open: Iterable<Span>,
    keep: number,
    changed: (span: Span, before: Span | undefined) => void = () => undefined,
  ) {
    this.elsewhere = elsewhere;
    this.size = elsewhere.size;
    this.keep = keep;
    this.changed = changed;
    for (const span of open) this.opened.set(span.id, span);
  }

  has(id: SpanId): boolean {
    return this.opened.has(id) || this.ended.has(id) || this.elsewhere.has(id);
  }

  get(id: SpanId): Span | undefined {
    const here = this.opened.get(id) ?? this.ended.get(id);
    if (here || !this.elsewhere.has(id)) return here;
    const span = this.elsewhere.load(id);
    this.keepHere(span);
    return span;
  }

  set(_: SpanId, span: Span): void {
    if (span.index === this.size) this.size += 1;
    this.changed(span, this.keepHere(span));
  }

  first(): SpanId {
    return this.elsewhere.root;
  }

  get open(): number {
    return this.opened.size;
  }

  running(): Iterable<Span> {
    return this.opened.values();
  }

  /** Returns what was here of it. */
  private keepHere(span: Span): Span | undefined {
    const { id } = span;
    const open = this.opened.get(id);
    const before = open ?? this.ended.get(id);
    if (before && !open) this.ended.delete(id);
    if (span.status === 'running') {
      this.opened.set(id, span);
      return before;
    }
    if (open) this.opened.delete(id);
    this.ended.set(id, span);
    if (this.ended.size > this.keep) this.ended.delete(this.ended.keys().next().value!);
    return before;
  }
}
