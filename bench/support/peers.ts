import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', 'peers');

/** A peer by its name, from a folder of its own with its own lock: the application's install stays small. */
export function loadPeer(name: string, progress: (line: string) => void): unknown {
  return installPeers(progress)(name);
}

/** The same for a peer that is a program; nothing of theirs runs while they are installed. */
export function installPeers(progress: (line: string) => void): NodeJS.Require {
  if (!isInstalled()) {
    progress('installing the pinned peers into bench/peers …');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: FOLDER,
      stdio: 'ignore',
    });
  }
  return createRequire(join(FOLDER, 'package.json'));
}

function isInstalled(): boolean {
  const { dependencies } = createRequire(import.meta.url)('../peers/package.json') as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.keys(dependencies).every((name) => existsSync(join(FOLDER, 'node_modules', name)));
}
