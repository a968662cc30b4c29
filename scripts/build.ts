/** Builds `out/` where it is missing or older than its sources. */
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, runTool, type Outcome } from './tools.ts';

const RESULTS = ['out/main/main.js', 'out/renderer/index.html'];
const SOURCES = ['{core,electron,renderer,resources}/**/*', 'electron.vite.config.ts', 'package-lock.json'];

/** Why a build is needed, in words, or `undefined` where it is not. */
export function staleness(): string | undefined {
  const built = RESULTS.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs);
  if (built.includes(undefined)) return 'it is not there yet';
  const oldest = Math.min(...built.map((time) => time ?? 0));
  const newer = globSync(SOURCES, { cwd: root, exclude: ['**/*.test.{ts,tsx}', '**/node_modules/**'] }).find(
    (path) => {
      const entry = statSync(join(root, path), { throwIfNoEntry: false });
      return entry?.isFile() && entry.mtimeMs > oldest;
    },
  );
  return newer === undefined ? undefined : `${newer} is newer`;
}

export function build(): Promise<Outcome> {
  return runTool('electron-vite', ['build', '--logLevel', 'warn']);
}
