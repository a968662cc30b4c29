import type { Lanes } from './lanes.ts';
import type { DetailedLanes } from './level-of-detail.ts';
import { worstOf, worstTones } from './worst-tones.ts';

/** Over the bits of a tone: what was looked for is above what is worst, so that it is found in any crowd. */
export const FOUND = 64;

/** The same lanes in which the boxes of subjects that were looked for can be told from the rest. */
export function highlighted(lanes: DetailedLanes, isFound: (subject: number) => boolean): DetailedLanes {
  const { finest } = lanes;
  const own = finest.tones[0]!.slice();
  for (const [box, subject] of finest.subject.entries()) if (isFound(subject)) own[box]! |= FOUND;
  const tones = worstTones(own);
  const coarser = lanes.coarser.map(({ cell, lanes: level }) => {
    const of = level.subject.map((first, box) => worstOf(tones, first, level.subject[box + 1] ?? own.length));
    return { cell, lanes: { ...level, tones: worstTones(Uint8Array.from(of)) } satisfies Lanes };
  });
  return { finest: { ...finest, tones }, coarser };
}
