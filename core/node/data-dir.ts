import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { StartFailure } from './start-failure.ts';

/** Where things are in a data folder. */
export function dataPaths(dir: string) {
  return {
    journal: join(dir, 'journal.db'),
    config: join(dir, 'signalbox.toml'),
    lock: join(dir, 'host.lock'),
    /** How to reach the host that has the folder now. */
    host: join(dir, 'host.json'),
    clientToken: join(dir, 'client-token'),
    /** Keys that a person has stored. */
    secrets: join(dir, 'secrets.json'),
    /** The public price list, where somebody has fetched it. */
    prices: join(dir, 'prices.json'),
  };
}

/** `SIGNALBOX_DATA`, else the place that the operating system has for the data of applications. */
export function defaultDataDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env['SIGNALBOX_DATA']) return resolve(env['SIGNALBOX_DATA']);
  const home = homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Signalbox');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Signalbox');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'signalbox');
}

/** Makes the folder, readable by its owner only. Throws `StartFailure` where nothing can be written there. */
export function prepareDataDir(dir: string): void {
  try {
    makeDirectory(dir);
    probeWriting(dir);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailure(
      'data_not_writable',
      `The data folder ${dir} cannot be written (${reason}). Give yourself the right to write there, or use another with --data DIR.`,
    );
  }
}

/** Step by step from the first parent that is there: Node's own recursive way never ends below `/proc`. */
function makeDirectory(dir: string): void {
  if (existsSync(dir)) return;
  const parent = dirname(dir);
  if (parent !== dir) makeDirectory(parent);
  mkdirSync(dir, { mode: 0o700 });
}

/** Rights alone do not tell (root, read-only file systems): a file is written and taken away again. */
function probeWriting(dir: string): void {
  const probe = join(dir, `.probe-${process.pid}`);
  writeFileSync(probe, '');
  unlinkSync(probe);
}

/**
 * Takes the folder for this process. The lock is SQLite's own on a file of its own, so the operating system gives it
 * back whatever way the process ends. Returns how to let go.
 */
export function lockDataDir(dir: string): () => void {
  const paths = dataPaths(dir);
  const lock = new Database(paths.lock, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))) throw error;
    const owner = readHostFile(dir);
    const who = owner ? `process ${owner.pid}, listening on ${owner.dataPlane}` : 'another process';
    throw new StartFailure(
      'data_in_use',
      `The data folder ${dir} is in use by ${who}. Use that one, stop it first, or take another folder with --data DIR.`,
    );
  }
  return () => lock.close();
}

/** The key that agents without one of their own are given; kept, since their configuration is. */
export function clientToken(dir: string): string {
  const { clientToken: file } = dataPaths(dir);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const token = `sbx-${randomBytes(24).toString('base64url')}`;
  writePrivately(file, token);
  return token;
}

/** How another process of the same user reaches a running host. */
export interface HostFile {
  readonly pid: number;
  readonly version: string;
  readonly dataPlane: string;
  /** Path of the local socket (a pipe on Windows) that carries the control API. */
  readonly socket: string;
  readonly controlToken: string;
  /** Where the window is served, for a headless host. */
  readonly window?: string;
}

export function writeHostFile(dir: string, host: HostFile): void {
  writePrivately(dataPaths(dir).host, `${JSON.stringify(host, undefined, 2)}\n`);
}

export function removeHostFile(dir: string): void {
  rmSync(dataPaths(dir).host, { force: true });
}

/** What the newest host of the folder wrote; it may be gone by now. */
export function readHostFile(dir: string): HostFile | undefined {
  try {
    return JSON.parse(readFileSync(dataPaths(dir).host, 'utf8')) as HostFile;
  } catch {
    return undefined;
  }
}

/** A file that only its owner can read. */
export function writePrivately(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}
