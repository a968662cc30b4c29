import type { Survey } from '../policy.ts';
import { certain } from '../selection.ts';
import type { Slate } from '../slate.ts';

/**
 * Each member in turn, in the pool's order; a rejected one loses its turn to the next that is eligible. A retry takes
 * nobody's turn: of two members, one of which is down, the one that is up would otherwise never come first.
 *
 * The turn belongs to a member, not to a place: when others come and go it stays, and when its owner goes it passes to
 * the one after it.
 */
export function roundRobin(): Survey {
  let members: readonly string[] = [];
  let cursor = 0;

  function follow(slate: Slate): void {
    if (isSame(members, slate)) return;
    const now = Array.from({ length: slate.size }, (_, index) => slate.at(index).instance);
    const places = new Map(now.map((instance, index) => [instance, index]));
    const inTurn = [...members.slice(cursor), ...members.slice(0, cursor)];
    const next = inTurn.find((member) => places.has(member));
    cursor = next === undefined ? 0 : places.get(next)!;
    members = now;
  }

  return (_eligible, slate) => {
    follow(slate);
    const { size, eligible } = slate;
    const turn = cursor;
    // The first that is eligible, from the cursor on; they are in order.
    const later = eligible.findIndex((index) => index >= turn);
    const place = later === -1 ? 0 : later;
    const preference = certain(place, () => {
      cursor = (eligible[place]! + 1) % size;
    });
    return { ...preference, terms: () => ({}), inputs: () => ({ cursor: turn }) };
  };
}

function isSame(members: readonly string[], slate: Slate): boolean {
  if (members.length !== slate.size) return false;
  for (let index = 0; index < members.length; index++) {
    if (slate.at(index).instance !== members[index]) return false;
  }
  return true;
}
