/** Shares like 0.95 are not exact in binary: of a hundred samples the 95th shall be meant. */
const ROUNDING = 1e-9;

/**
 * Quantiles of the last so many samples, kept in order as they come: a sample costs two binary searches and a move of
 * at most `size` numbers, a quantile one look. Nothing is allocated after the start.
 */
export class RollingQuantile {
  /** In the order in which they came; once it is full, `next` is where the oldest is. */
  private readonly ring: Float64Array;
  private readonly sorted: Float64Array;
  private next = 0;
  private filled = 0;

  constructor(size = 128) {
    this.ring = new Float64Array(size);
    this.sorted = new Float64Array(size);
  }

  /** Samples that the quantiles are taken of. */
  get count(): number {
    return this.filled;
  }

  add(sample: number): void {
    const { ring, sorted } = this;
    let end = this.filled;
    if (end === ring.length) {
      const oldest = this.placeOf(ring[this.next]!, end);
      sorted.copyWithin(oldest, oldest + 1, end);
      end--;
    } else this.filled++;
    const place = this.placeOf(sample, end);
    sorted.copyWithin(place + 1, place, end);
    sorted[place] = sample;
    ring[this.next] = sample;
    this.next = (this.next + 1) % ring.length;
  }

  /** The smallest sample that at least this share of all, 0 to 1, does not exceed (nearest rank); nothing without samples. */
  at(share: number): number | undefined {
    if (this.filled === 0) return undefined;
    const rank = Math.ceil(share * this.filled - ROUNDING);
    return this.sorted[Math.max(1, Math.min(this.filled, rank)) - 1];
  }

  /** Where the first of the `end` ordered samples is that is not below this one. */
  private placeOf(sample: number, end: number): number {
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle]! < sample) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
