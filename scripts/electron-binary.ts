/** Electron's binary: whether it is there, and fetching it in seconds or not at all. */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, tail, unreachable } from './tools.ts';

const PACKAGE = join(root, 'node_modules', 'electron');
/** A download that brings nothing for so long is given up. */
const STALL_MILLIS = 12_000;

/** Path of the binary that `electron` would start, or `undefined` where it is not installed. */
export function findElectron(): string | undefined {
  const pathFile = join(PACKAGE, 'path.txt');
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const program = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : undefined;
  if (override) return ifThere(join(override, program ?? 'electron'));
  return program === undefined ? undefined : ifThere(join(PACKAGE, 'dist', program));
}

function ifThere(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

export type Fetched =
  { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string };

/** Downloads the binary with Electron's own installer, showing how much has come. */
export async function fetchElectron(): Promise<Fetched> {
  const mirror = mirrorUrl();
  const obstacle = await unreachable(mirror, 4000);
  if (obstacle !== undefined)
    return { ok: false, reason: `${new URL(mirror).host} cannot be reached (${obstacle})` };
  const failure = await install();
  const path = findElectron();
  if (failure === undefined && path !== undefined) return { ok: true, path };
  return { ok: false, reason: failure ?? 'the installer ended without it' };
}

/** The same variables as `@electron/get` reads, in its order. */
function mirrorUrl(): string {
  const names = ['npm_config_electron_mirror', 'NPM_CONFIG_ELECTRON_MIRROR', 'ELECTRON_MIRROR'];
  const configured = names.map((name) => process.env[name]).find((value) => value);
  return configured && URL.canParse(configured)
    ? configured
    : 'https://github.com/electron/electron/releases/';
}

/** `undefined` for success, else why it failed. The installer downloads into a folder of our own, so that we see it grow. */
async function install(): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-electron-'));
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };
  const script = join(PACKAGE, 'install.js');
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));

  let stalled = false;
  let bytes = 0;
  let grewAt = performance.now();
  const watch = setInterval(() => {
    const now = sizeOf(folder) + sizeOf(join(PACKAGE, 'dist'));
    if (now !== bytes) grewAt = performance.now();
    bytes = now;
    if (process.stderr.isTTY) process.stderr.write(`\rDownloading Electron … ${Math.round(bytes / 1e6)} MB`);
    stalled = performance.now() - grewAt > STALL_MILLIS;
    if (stalled) child.kill('SIGKILL');
  }, 500);
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
  clearInterval(watch);
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
  rmSync(folder, { recursive: true, force: true });
  if (stalled) return 'the download stood still';
  return code === 0 ? undefined : firstError(output);
}

function firstError(output: string): string {
  return /^\w*Error: .*$/m.exec(output)?.[0] ?? tail(output, 1);
}

function sizeOf(folder: string): number {
  let total = 0;
  for (const path of globSync('**/*', { cwd: folder })) {
    // A file may be gone between the listing and the look at it.
    total += statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0;
  }
  return total;
}
