import { seededRandom, seedFrom } from '../core/base/random.ts';

/** Choices that come out the same for the same seed. */
export class Dice {
  private readonly random: () => number;

  constructor(...seed: readonly (string | number)[]) {
    this.random = seededRandom(seedFrom(...seed));
  }

  /** From 0 to `below`, without that. */
  int(below: number): number {
    return Math.floor(this.random() * below);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  /** Of a list that is not empty. */
  pick<Value>(from: readonly Value[]): Value {
    return from[this.int(from.length)]!;
  }

  /** Small numbers are the rule, large ones now and then. */
  skewed(below: number): number {
    return Math.floor(this.random() ** 3 * below);
  }
}
