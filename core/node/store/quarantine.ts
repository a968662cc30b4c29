import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where damaged journals are moved to. */
export function quarantineOf(file: string): string {
  return join(dirname(file), 'quarantine');
}

/** Moves a damaged journal away, with what belongs to it; nothing is deleted. Returns the folder where it is now. */
export function quarantine(file: string, wallTime: number): string {
  const stamp = new Date(wallTime).toISOString().replaceAll(':', '-');
  const folder = join(quarantineOf(file), stamp);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, join(folder, basename(file) + suffix));
  }
  return folder;
}
