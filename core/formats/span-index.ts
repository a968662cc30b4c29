import type { Nanos } from '../base/units.ts';
import type { Warnings } from './warnings.ts';

/** Of the table that is given to start with; it doubles when it is half full. */
const FIRST_SLOTS = 1 << 12;
const NONE = 0xffffffff;

/** Of a span: two words of its id, two of its parent's, one of its trace's. */
const WORDS = 5;

/**
 * Remembers of each span of a file some 40 bytes: its id, its parent's, and its times. So what is odd about the tree of a
 * million spans is known without a million objects. Traces are told apart by 32 bits.
 */
export class SpanIndex {
  private count = 0;
  private used = new Uint8Array(FIRST_SLOTS);
  private words = new Uint32Array(FIRST_SLOTS * WORDS);
  private times = new Float64Array(FIRST_SLOTS * 2);
  private zero: bigint | undefined;
  private lastTrace = { id: '', word: 0 };

  /** Ids are 32 and 16 hex digits; times Unix nanoseconds, the end 0 where there is none. False: it was known. */
  add(traceId: string, spanId: string, parentId: string, start: bigint, end: bigint): boolean {
    this.zero ??= start;
    if (this.count * 2 >= this.used.length) this.grow();
    const [high, low, trace] = [wordAt(spanId, 0), wordAt(spanId, 8), this.traceWord(traceId)];
    const slot = this.slotOf(high, low, trace);
    if (this.used[slot] === 1) return false;
    this.count += 1;
    this.used[slot] = 1;
    const at = slot * WORDS;
    this.words[at] = high;
    this.words[at + 1] = low;
    this.words[at + 4] = trace;
    if (parentId !== '') {
      this.words[at + 2] = wordAt(parentId, 0);
      this.words[at + 3] = wordAt(parentId, 8);
    }
    this.times[slot * 2] = Number(start - this.zero);
    this.times[slot * 2 + 1] = end === 0n ? Number.NaN : Number(end - this.zero);
    return true;
  }

  /** Unix nanoseconds; nothing where the span is not known. */
  startOf(traceId: string, spanId: string): bigint | undefined {
    const slot = this.slotOf(wordAt(spanId, 0), wordAt(spanId, 8), this.traceWord(traceId));
    return this.used[slot] === 1 ? this.zero! + BigInt(this.times[slot * 2]!) : undefined;
  }

  /** Counts what is odd about the tree, once all of it is known. */
  check(warnings: Warnings): void {
    const parents = new Uint32Array(this.used.length).fill(NONE);
    for (let slot = 0; slot < parents.length; slot += 1) {
      const at = slot * WORDS;
      const [high, low] = [this.words[at + 2]!, this.words[at + 3]!];
      if (this.used[slot] === 0 || (high === 0 && low === 0)) continue;
      const parent = this.slotOf(high, low, this.words[at + 4]!);
      if (this.used[parent] === 0) {
        warnings.add('orphan', this.idAt(slot));
        continue;
      }
      parents[slot] = parent;
      this.compare(slot, parent, warnings);
    }
    this.findRings(parents, warnings);
  }

  private compare(slot: number, parent: number, warnings: Warnings): void {
    const [start, end] = this.timesOf(slot);
    const [from, to] = this.timesOf(parent);
    if (start < from || end > to) warnings.add('outside-parent', this.idAt(slot));
    if (end - start > to - from) warnings.add('longer-than-parent', this.idAt(slot));
  }

  /** A span is in a ring where the way up from it comes back to it. */
  private findRings(parents: Uint32Array, warnings: Warnings): void {
    const walks = new Uint32Array(parents.length);
    for (let slot = 0; slot < parents.length; slot += 1) {
      const walk = slot + 1;
      let at = slot;
      while (at !== NONE && walks[at] === 0) {
        walks[at] = walk;
        at = parents[at]!;
      }
      if (at === NONE || walks[at] !== walk || parents[slot] === NONE) continue;
      const first = at;
      do {
        warnings.add('parent-cycle', this.idAt(at));
        at = parents[at]!;
      } while (at !== first);
    }
  }

  private timesOf(slot: number): readonly [start: Nanos, end: Nanos] {
    return [this.times[slot * 2]!, this.times[slot * 2 + 1]!];
  }

  private idAt(slot: number): string {
    return [0, 1].map((word) => this.words[slot * WORDS + word]!.toString(16).padStart(8, '0')).join('');
  }

  private traceWord(id: string): number {
    if (this.lastTrace.id !== id) {
      const word = (wordAt(id, 0) ^ wordAt(id, 8) ^ wordAt(id, 16) ^ wordAt(id, 24)) >>> 0;
      this.lastTrace = { id, word };
    }
    return this.lastTrace.word;
  }

  /** Where such a span is, or would be. */
  private slotOf(high: number, low: number, trace: number): number {
    const mask = this.used.length - 1;
    const mixed = Math.imul(Math.imul(high, 0x85ebca6b) ^ low ^ Math.imul(trace, 0xc2b2ae35), 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while (this.used[slot] === 1) {
      const at = slot * WORDS;
      if (this.words[at] === high && this.words[at + 1] === low && this.words[at + 4] === trace) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    const { used, words, times } = this;
    this.used = new Uint8Array(used.length * 2);
    this.words = new Uint32Array(words.length * 2);
    this.times = new Float64Array(times.length * 2);
    for (let from = 0; from < used.length; from += 1) {
      if (used[from] === 0) continue;
      const at = from * WORDS;
      const to = this.slotOf(words[at]!, words[at + 1]!, words[at + 4]!);
      this.used[to] = 1;
      this.words.set(words.subarray(at, at + WORDS), to * WORDS);
      this.times.set(times.subarray(from * 2, from * 2 + 2), to * 2);
    }
  }
}

function wordAt(hex: string, from: number): number {
  return Number.parseInt(hex.slice(from, from + 8), 16);
}
