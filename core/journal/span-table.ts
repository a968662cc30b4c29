import type { SpanId } from '../base/ids.ts';
import type { Span } from './run-state.ts';

/** Where a fold keeps the spans of its run: all of them in a map, or those that are open, and columns for the rest. */
export interface SpanTable {
  /** Spans heard of so far. */
  readonly size: number;
  has(id: SpanId): boolean;
  get(id: SpanId): Span | undefined;
  /** Adds a span, or puts a newer state of it in its place. */
  set(id: SpanId, span: Span): void;
  /** The root's id. */
  first(): SpanId;
  running(): Iterable<Span>;
}

/** All spans in a map, in the order in which they were heard of. */
export class SpansInMap implements SpanTable {
  readonly map: Map<SpanId, Span>;

  constructor(spans?: ReadonlyMap<SpanId, Span>) {
    this.map = new Map(spans);
  }

  get size(): number {
    return this.map.size;
  }

  has(id: SpanId): boolean {
    return this.map.has(id);
  }

  get(id: SpanId): Span | undefined {
    return this.map.get(id);
  }

  set(id: SpanId, span: Span): void {
    this.map.set(id, span);
  }

  first(): SpanId {
    return this.map.keys().next().value!;
  }

  *running(): Iterable<Span> {
    for (const span of this.map.values()) if (span.status === 'running') yield span;
  }
}
