import { measureFirstByte } from './first-byte.ts';
import { measureStartUp } from './start-up.ts';
import { measureVisibility } from './visibility.ts';
import type { Figure } from './support/figures.ts';

export async function runSkeleton(progress: (line: string) => void): Promise<readonly Figure[]> {
  return [
    ...(await measureStartUp(progress)),
    ...(await measureFirstByte(progress)),
    ...(await measureVisibility(progress)),
  ];
}
