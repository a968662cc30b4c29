import type { Candidates } from '../picker.ts';
import type { Hash } from './unit.ts';

/** A member of a pool as hashing sees it: it knows no load and no health, which change too often. */
export interface Member {
  readonly instance: string;
  /** Above 0. */
  readonly weight: number;
}

/** Where keys belong, for one set of members. */
export interface Placement {
  /**
   * The member (its place in the set) that `accepts` and comes first in the key's own order of preference; undefined
   * where none that has a place of its own accepts. A member that does not accept moves no key of the others.
   */
  place(key: Hash, accepts: (member: number) => boolean): number | undefined;
  /** How strongly the key is drawn to this member, where the algorithm has such a figure. */
  scoreOf?(key: Hash, member: number): number;
}

export type Algorithm = (members: readonly Member[]) => Placement;

/** Builds the placement again only when a member came, went or changed its weight. */
export function rebuiltOnChange(algorithm: Algorithm): (candidates: Candidates) => Placement {
  let built: { readonly members: readonly Member[]; readonly placement: Placement } | undefined;
  return (candidates) => {
    if (!built || !isSame(built.members, candidates)) {
      const members = Array.from({ length: candidates.size }, (_, index) => {
        const { instance, signals } = candidates.at(index);
        return { instance, weight: signals.weight };
      });
      built = { members, placement: algorithm(members) };
    }
    return built.placement;
  };
}

function isSame(before: readonly Member[], now: Candidates): boolean {
  if (before.length !== now.size) return false;
  for (let index = 0; index < before.length; index++) {
    const old = before[index]!;
    const { instance, signals } = now.at(index);
    if (old.instance !== instance || old.weight !== signals.weight) return false;
  }
  return true;
}
