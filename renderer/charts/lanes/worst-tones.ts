/** Values under one of the next level. */
const SHIFT = 4;
const BLOCK = 1 << SHIFT;

/** The maximum of every block of tones, of every block of those, and so on; the tones themselves come first. */
export type WorstTones = readonly Uint8Array[];

export function worstTones(tones: Uint8Array): WorstTones {
  const levels = [tones];
  for (let below = tones; below.length > BLOCK;) {
    const above = new Uint8Array(Math.ceil(below.length / BLOCK));
    for (let at = 0; at < below.length; at++) {
      const block = at >> SHIFT;
      if (below[at]! > above[block]!) above[block] = below[at]!;
    }
    levels.push(above);
    below = above;
  }
  return levels;
}

/** The largest tone from `from` to before `to`. */
export function worstOf(levels: WorstTones, from: number, to: number): number {
  let worst = 0;
  let [first, last] = [from, to];
  for (let level = 0; first < last; level++) {
    const tones = levels[level]!;
    const isTop = level === levels.length - 1;
    const firstWhole = isTop ? last : Math.min(last, (first + BLOCK - 1) & -BLOCK);
    for (; first < firstWhole; first++) if (tones[first]! > worst) worst = tones[first]!;
    const lastWhole = Math.max(first, last & -BLOCK);
    while (last > lastWhole) if (tones[--last]! > worst) worst = tones[last]!;
    first >>= SHIFT;
    last >>= SHIFT;
  }
  return worst;
}
