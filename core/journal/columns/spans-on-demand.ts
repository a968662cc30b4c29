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
  /** Of those that have ended, the newest so many are here, and at most twice as many. */
  private readonly keep: number;
  private readonly opened = new Map<SpanId, Span>();
  /** Forgotten all at once: a map whose oldest entry is taken out again and again becomes slow. */
  private ended = new Map<SpanId, Span>();
  private endedBefore = new Map<SpanId, Span>();
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
    return this.here(id) !== undefined || this.elsewhere.has(id);
  }

  get(id: SpanId): Span | undefined {
    const here = this.here(id);
    if (here || !this.elsewhere.has(id)) return here;
    const span = this.elsewhere.load(id);
    this.keepHere(span, undefined);
    return span;
  }

  set(id: SpanId, span: Span): void {
    const isNew = span.index === this.size;
    if (isNew) this.size += 1;
    const before = isNew ? undefined : this.here(id);
    this.keepHere(span, before);
    this.changed(span, before);
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

  private here(id: SpanId): Span | undefined {
    return this.opened.get(id) ?? this.ended.get(id) ?? this.endedBefore.get(id);
  }

  private keepHere(span: Span, before: Span | undefined): void {
    const { id } = span;
    if (span.status === 'running') {
      this.opened.set(id, span);
      if (before && before.status !== 'running') {
        this.ended.delete(id);
        this.endedBefore.delete(id);
      }
      return;
    }
    if (before?.status === 'running') this.opened.delete(id);
    this.ended.set(id, span);
    if (this.ended.size >= this.keep) [this.ended, this.endedBefore] = [new Map(), this.ended];
  }
}
