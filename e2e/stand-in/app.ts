import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopBrowser } from './browser.ts';
import { onlyKnown } from './only-known.ts';
import { emitPreventable } from './preventable.ts';
import { repository } from './running-app.ts';

/** What `app.quit()` closes; kept here so that windows need not be known. */
export const openWindows = new Set<{ close(): void }>();

class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  #userData: string | undefined;
  #quitting = false;
  readonly #ready = new Promise<void>((resolve) => setImmediate(resolve));

  enableSandbox(): void {}

  setPath(name: string, path: string): void {
    if (name !== 'userData') throw new Error(`The stand-in for Electron keeps no path ${name}.`);
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} does not exist`);
    this.#userData = path;
  }

  /** A file with the holder's process id; whoever comes second touches another one, which the holder watches. */
  requestSingleInstanceLock(): boolean {
    const folder = this.#userData;
    if (!folder) throw new Error('The stand-in for Electron needs its userData path before the lock.');
    const lock = join(folder, 'stand-in.lock');
    const knock = join(folder, 'stand-in.knock');
    if (isAlive(holderOf(lock))) {
      writeFileSync(knock, String(process.pid));
      return false;
    }
    writeFileSync(lock, String(process.pid));
    const watcher = watch(folder, (_kind, file) => {
      if (file === 'stand-in.knock') this.emit('second-instance', {}, [], folder);
    });
    watcher.unref();
    process.once('exit', () => rmSync(lock, { force: true }));
    return true;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  getLocale(): string {
    return process.env['SIGNALBOX_STAND_IN_LOCALE'] ?? 'en-US';
  }

  getVersion(): string {
    const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    return manifest.version;
  }

  quit(): void {
    if (!this.#quitting) {
      this.#quitting = true;
      for (const window of openWindows) window.close();
    }
    if (!emitPreventable(this, 'will-quit')) this.exit(0);
  }

  exit(exitCode: number): void {
    void stopBrowser()
      .catch(console.error)
      .finally(() => process.exit(exitCode));
  }

  /** Called by a window that has closed. */
  windowClosed(): void {
    if (openWindows.size === 0 && !this.#quitting) this.emit('window-all-closed');
  }
}

export const app = onlyKnown('app', new StandInApp());

// A test that dies without a word must not leave an app and a browser behind.
process.stdin.once('end', () => app.quit()).resume();
// As Electron does on POSIX systems.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());

function holderOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
