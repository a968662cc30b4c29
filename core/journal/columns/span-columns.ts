import type { SpanId } from '../../base/ids.ts';
import type { Span } from '../run-state.ts';
import {
  CHUNK_SPANS,
  chunkIndexOf,
  KINDS,
  rowOf,
  spanChunk,
  STATUSES,
  type SpanChunk,
} from './span-chunk.ts';
import { SpanIndex } from './span-index.ts';

/** To make an index takes as long as so many searches, nearly. */
const MOST_SEARCHES = 100;

/**
 * All spans of a run as columns of numbers, in the order in which they were heard of, and the dictionary of their names.
 * A projection of the journal: what charts are drawn from, and how a span's events are found.
 */
export class SpanColumns {
  readonly chunks: SpanChunk[] = [];
  /** Place 0 is the empty one. */
  readonly dictionary: string[] = [''];
  size = 0;
  private readonly places = new Map<string, number>([['', 0]]);
  /** Made when the first span is added: who only looks a few up goes through the columns. */
  private index: SpanIndex | undefined;
  private searches = 0;

  /** As they were kept: chunks in order, and how many spans are in them. */
  static from(chunks: Iterable<SpanChunk>, size: number, dictionary: Iterable<string>): SpanColumns {
    const columns = new SpanColumns();
    columns.learn(dictionary);
    columns.chunks.push(...chunks);
    columns.size = size;
    return columns;
  }

  /** Names that follow those of the dictionary. */
  learn(texts: Iterable<string>): void {
    for (const text of texts) this.placeOf(text);
  }

  /** -1 where the run has no such span. */
  ordinalOf(id: SpanId): number {
    const [high, low] = [halfOf(id, 0), halfOf(id, 8)];
    if (this.index || ++this.searches > MOST_SEARCHES) return this.indexed().find(high, low);
    for (const [index, { idHigh, idLow }] of this.chunks.entries()) {
      const spans = Math.min(this.size - index * CHUNK_SPANS, CHUNK_SPANS);
      for (let row = idLow.indexOf(low); row >= 0 && row < spans; row = idLow.indexOf(low, row + 1))
        if (idHigh[row] === high) return index * CHUNK_SPANS + row;
    }
    return -1;
  }

  idAt(ordinal: number): SpanId {
    const { idHigh, idLow } = this.chunkOf(ordinal);
    const row = rowOf(ordinal);
    return (hexOf(idHigh[row]!) + hexOf(idLow[row]!)) as SpanId;
  }

  chunkOf(ordinal: number): SpanChunk {
    return this.chunks[chunkIndexOf(ordinal)]!;
  }

  /** Spans that had been heard of after event `seq`: the first so many. */
  spansAt(seq: number): number {
    let [from, to] = [0, this.size];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.chunkOf(middle).startSeq[rowOf(middle)]! <= seq) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** What is known of a span after event `seq`, which is its newest, and `before` it. Returns its ordinal. */
  put(span: Span, seq: number, before?: Span): number {
    const ordinal = span.index;
    const isNew = ordinal === this.size;
    if (isNew) this.add(span, seq);
    const chunk = this.chunkOf(ordinal);
    const row = rowOf(ordinal);
    // To find a parent or a name again takes longer than all the rest.
    if (!before || before.parentId !== span.parentId)
      chunk.parent[row] = span.parentId === undefined ? -1 : this.ordinalOf(span.parentId);
    chunk.start[row] = span.startedAt;
    chunk.end[row] = span.endedAt ?? -1;
    chunk.endSeq[row] = span.status === 'running' ? 0 : chunk.endSeq[row] || seq;
    chunk.status[row] = STATUSES.indexOf(span.status);
    if (before?.name !== span.name) chunk.name[row] = this.placeOf(span.name);
    const label = labelOf(span);
    if (!before || labelOf(before) !== label) chunk.label[row] = this.placeOf(label);
    const usage = span.kind === 'call' || span.kind === 'reported' ? span.usage : undefined;
    chunk.inputTokens[row] = usage?.input ?? 0;
    chunk.outputTokens[row] = usage?.output ?? 0;
    chunk.cost[row] = costOf(span) ?? Number.NaN;
    if (isNew && span.kind === 'attempt' && chunk.parent[row]! >= 0)
      this.addAttempt(ordinal, chunk.parent[row]!);
    if (isNew && span.kind === 'call' && span.retryOf !== undefined)
      chunk.previousAttempt[row] = this.ordinalOf(span.retryOf);
    return ordinal;
  }

  private add({ id, kind }: Span, seq: number): void {
    const index = this.indexed();
    const ordinal = this.size++;
    if (chunkIndexOf(ordinal) === this.chunks.length) this.chunks.push(spanChunk());
    const chunk = this.chunkOf(ordinal);
    const row = rowOf(ordinal);
    const [high, low] = [halfOf(id, 0), halfOf(id, 8)];
    chunk.idHigh[row] = high;
    chunk.idLow[row] = low;
    chunk.startSeq[row] = seq;
    chunk.kind[row] = KINDS.indexOf(kind);
    chunk.lastAttempt[row] = -1;
    chunk.previousAttempt[row] = -1;
    index.add(high, low, ordinal);
  }

  private indexed(): SpanIndex {
    if (this.index) return this.index;
    const index = new SpanIndex(this.size);
    for (let ordinal = 0; ordinal < this.size; ordinal++) {
      const { idHigh, idLow } = this.chunkOf(ordinal);
      index.add(idHigh[rowOf(ordinal)]!, idLow[rowOf(ordinal)]!, ordinal);
    }
    return (this.index = index);
  }

  private addAttempt(ordinal: number, call: number): void {
    const [ofCall, ofAttempt] = [this.chunkOf(call), this.chunkOf(ordinal)];
    ofAttempt.previousAttempt[rowOf(ordinal)] = ofCall.lastAttempt[rowOf(call)]!;
    ofCall.lastAttempt[rowOf(call)] = ordinal;
  }

  private placeOf(text: string): number {
    let place = this.places.get(text);
    if (place === undefined) {
      place = this.dictionary.push(text) - 1;
      this.places.set(text, place);
    }
    return place;
  }
}

/** What else a span is told apart by: the instance or the model that it was about. */
function labelOf(span: Span): string {
  switch (span.kind) {
    case 'attempt':
      return span.instance;
    case 'call':
    case 'reported':
      return span.answeredModel ?? span.model ?? '';
    case 'mcp':
      return span.server;
    case 'agent':
      return '';
  }
}

function costOf(span: Span): number | undefined {
  if (span.kind === 'call') return span.cost?.usd;
  return span.kind === 'reported' ? span.costUsd : undefined;
}

function halfOf(id: SpanId, from: number): number {
  return Number.parseInt(id.slice(from, from + 8), 16);
}

function hexOf(half: number): string {
  return half.toString(16).padStart(8, '0');
}
