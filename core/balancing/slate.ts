import type { Random } from '../base/random.ts';
import type { Candidate, Candidates } from './picker.ts';

/** So many candidates in a row may be found rejected before all of them are looked at. */
const MOST_MISSES = 16;

/** The candidates of one pick, and those of them that are eligible: all of these, or a few at random. */
export class Slate {
  private readonly candidates: Candidates;
  private collected: readonly number[] | undefined;

  constructor(candidates: Candidates) {
    this.candidates = candidates;
  }

  get size(): number {
    return this.candidates.size;
  }

  at(index: number): Candidate {
    return this.candidates.at(index);
  }

  /** The indices of the eligible, rising; the first time, every candidate is looked at. */
  get eligible(): readonly number[] {
    return (this.collected ??= this.collect());
  }

  /** Whether it is known, without looking further, that nobody but one is eligible. */
  get isKnownSingle(): boolean {
    return this.size === 1 || this.collected?.length === 1;
  }

  /**
   * One of the eligible but not `except`, itself eligible; each equally likely; undefined where there is none. By
   * rejection: as long as most are eligible, only a few are looked at, however many there are.
   */
  sample(random: Random, except?: number): number | undefined {
    for (let misses = 0; this.collected === undefined && misses < MOST_MISSES; misses++) {
      const count = except === undefined ? this.size : this.size - 1;
      if (count <= 0) return undefined;
      const place = below(random, count);
      const index = except === undefined || place < except ? place : place + 1;
      if (!this.at(index).rejected) return index;
    }
    return this.sampleCollected(random, except);
  }

  private sampleCollected(random: Random, except: number | undefined): number | undefined {
    const { eligible } = this;
    const count = except === undefined ? eligible.length : eligible.length - 1;
    if (count <= 0) return undefined;
    const place = below(random, count);
    // They are in order, so that those from `except` on are one place further.
    return except === undefined || eligible[place]! < except ? eligible[place] : eligible[place + 1];
  }

  private collect(): readonly number[] {
    const eligible: number[] = [];
    for (let index = 0; index < this.size; index++) if (!this.at(index).rejected) eligible.push(index);
    return eligible;
  }
}

/** A whole number in [0, count). */
export function below(random: Random, count: number): number {
  return Math.floor(random() * count);
}
