import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..');

/** Puts the clients, which have a lock of their own, into this folder where they are not there yet. Takes seconds then. */
export function installClients(): void {
  const { dependencies } = read('package.json');
  const wanted = Object.entries(dependencies ?? {});
  const isThere = wanted.every(([name, version]) => {
    const file = join('node_modules', name, 'package.json');
    return existsSync(join(FOLDER, file)) && read(file).version === version;
  });
  if (isThere) return;
  console.log('installing the clients into e2e/clients …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', args, { cwd: FOLDER, stdio: 'ignore', shell: process.platform === 'win32' });
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function read(file: string): Manifest {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Manifest;
}
