import { join } from 'node:path';
import type { Page } from 'playwright-core';

export const repository = join(import.meta.dirname, '../..');

export interface LaunchAppOptions {
  readonly dataDir: string;
  readonly port?: number;
  /** Further arguments of the app. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The app as a spec sees it, whichever of the two ways it runs. */
export interface RunningApp {
  /** The window's page. */
  readonly page: Page;
  /** The main process. */
  readonly pid: number;
  /** What the main process has written so far, the window's console errors included. */
  output(): string;
  /** Quits as the user would and resolves when the process is gone. */
  close(): Promise<{ readonly exitCode: number | undefined }>;
}

/** The app ended before it had a window. */
export class NoWindow extends Error {
  readonly exitCode: number | undefined;
  readonly output: string;
  constructor(exitCode: number | undefined, output: string) {
    super(`the app ended with ${exitCode ?? 'a signal'} before it had a window:\n${output}`);
    this.exitCode = exitCode;
    this.output = output;
  }
}

export function appArguments({ dataDir, port, args = [] }: LaunchAppOptions): string[] {
  return ['--data', dataDir, ...(port === undefined ? [] : ['--port', String(port)]), ...args];
}
