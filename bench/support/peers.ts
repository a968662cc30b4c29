import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', 'peers');

/** A peer by its name, from a folder of its own with its own lock: the application's install stays small. */
export function loadPeer(name: string, progress: (line: string) => void): unknown {
  if (!existsSync(join(FOLDER, 'node_modules', name))) {
    progress(`installing ${name} into bench/peers …`);
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'ignore' });
  }
  return createRequire(join(FOLDER, 'package.json'))(name);
}
