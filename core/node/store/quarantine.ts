import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Moves a damaged journal away, with what belongs to it; nothing is deleted. Returns the folder where it is now. */
export function quarantine(file: string, wallTime: number): string {
  const stamp = new Date(wallTime).toISOString().replaceAll(':', '-');
  const folder = join(dirname(file), 'quarantine', stamp);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, join(folder, basename(file) + suffix));
  }
  return folder;
}
