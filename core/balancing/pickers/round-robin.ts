import type { Candidates } from '../picker.ts';
import type { Policy } from '../policy.ts';
import { certain } from '../selection.ts';

/**
 * Each member in turn, in the pool's order; a rejected one loses its turn to the next that is eligible. A retry takes
 * nobody's turn: of two members, one of which is down, the one that is up would otherwise never come first.
 *
 * The turn belongs to a member, not to a place: when others come and go it stays, and when its owner goes it passes to
 * the one after it.
 */
export function roundRobin(): Policy {
  let members: readonly string[] = [];
  let cursor = 0;

  function follow(candidates: Candidates): void {
    if (
      members.length === candidates.length &&
      candidates.every((candidate, index) => candidate.instance === members[index])
    ) {
      return;
    }
    const places = new Map(candidates.map((candidate, index) => [candidate.instance, index]));
    const inTurn = [...members.slice(cursor), ...members.slice(0, cursor)];
    const next = inTurn.find((member) => places.has(member));
    cursor = next === undefined ? 0 : places.get(next)!;
    members = candidates.map((candidate) => candidate.instance);
  }

  return (eligible, candidates) => {
    follow(candidates);
    let place = cursor;
    while (candidates[place]!.rejected) place = (place + 1) % candidates.length;
    const preference = certain(eligible.indexOf(candidates[place]!), () => {
      cursor = (place + 1) % candidates.length;
    });
    return { ...preference, terms: () => ({}), inputs: { cursor } };
  };
}
