import type { Member, Placement } from './placement.ts';
import { hashOf, unitOf, type Hash } from './unit.ts';

/**
 * Weighted rendezvous hashing: the member with the highest -weight / ln(u), u in (0, 1) from a hash of key and member
 * (Thaler and Ravishankar 1998; weighted by Schindelhauer and Schomaker 2005). Shares are in proportion to the weights,
 * and a change of one member moves only keys from it or to it. Each placement looks at every member.
 */
export function rendezvous(members: readonly Member[]): Placement {
  const hashes = members.map((member) => hashOf(member.instance));
  const scoreOf = (key: Hash, member: number) => {
    return -members[member]!.weight / Math.log(unitOf(hashes[member]!, key));
  };
  return {
    scoreOf,
    place(key, accepts) {
      let best: number | undefined;
      let highest = -Infinity;
      for (let member = 0; member < members.length; member++) {
        if (!accepts(member)) continue;
        const score = scoreOf(key, member);
        if (score > highest) {
          highest = score;
          best = member;
        }
      }
      return best;
    },
  };
}
