/** A factor of MurmurHash3's finaliser: spreads ids that differ in few bits. */
const SPREAD = 0x85ebca6b;
const SMALLEST = 1024;

/** Ordinals by the two halves of their ids: a hash table over plain numbers, which a million entries cost 16 MB. */
export class SpanIndex {
  private slots: Int32Array;
  private highs: Uint32Array;
  private lows: Uint32Array;
  private used = 0;

  /** With room for so many. */
  constructor(entries = 0) {
    const size = Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(entries * 2 + 1)));
    this.slots = new Int32Array(size).fill(-1);
    this.highs = new Uint32Array(size);
    this.lows = new Uint32Array(size);
  }

  /** -1 where there is none. */
  find(high: number, low: number): number {
    return this.slots[this.slotOf(high, low)]!;
  }

  add(high: number, low: number, ordinal: number): void {
    if (this.used * 2 >= this.slots.length) this.grow();
    this.put(high, low, ordinal);
  }

  private put(high: number, low: number, ordinal: number): void {
    const slot = this.slotOf(high, low);
    if (this.slots[slot] === -1) this.used += 1;
    this.slots[slot] = ordinal;
    this.highs[slot] = high;
    this.lows[slot] = low;
  }

  /** Its own, or the free one where it would stand. */
  private slotOf(high: number, low: number): number {
    const mask = this.slots.length - 1;
    let slot = (Math.imul(high ^ (low >>> 15), SPREAD) ^ low) & mask;
    while (this.slots[slot] !== -1 && (this.highs[slot] !== high || this.lows[slot] !== low))
      slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { slots, highs, lows } = this;
    const size = slots.length * 2;
    this.slots = new Int32Array(size).fill(-1);
    this.highs = new Uint32Array(size);
    this.lows = new Uint32Array(size);
    this.used = 0;
    // An iterator over so many takes several times as long.
    for (let slot = 0; slot < slots.length; slot++)
      if (slots[slot] !== -1) this.put(highs[slot]!, lows[slot]!, slots[slot]!);
  }
}
