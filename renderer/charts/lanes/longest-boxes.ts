import type { Lanes } from './lanes.ts';

/** The longest boxes, the longest first: one look at each, and a short list that is kept sorted. */
export function longestBoxes({ start, end }: Lanes, most: number): readonly number[] {
  const found: number[] = [];
  const length = (box: number) => end[box]! - start[box]!;
  let shortest = Number.NEGATIVE_INFINITY;
  for (let box = 0; box < start.length; box++) {
    if (found.length === most && !(length(box) > shortest)) continue;
    let at = found.length;
    while (at > 0 && length(found[at - 1]!) < length(box)) at -= 1;
    found.splice(at, 0, box);
    if (found.length > most) found.pop();
    shortest = length(found.at(-1)!);
  }
  return found;
}
