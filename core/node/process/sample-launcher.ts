import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A JavaScript program that was started to show something. */
export interface SampleProcess {
  onLine(listener: (stream: 'stdout' | 'stderr', text: string) => void): void;
  readonly exited: Promise<{ readonly exitCode?: number; readonly signal?: string }>;
  kill(): void;
}

/** Starts a script with exactly this environment; a port, since Electron has its own way to start one. */
export type SampleLauncher = (script: string, environment: Record<string, string>) => SampleProcess;

/** Under the Node that runs the host. */
export const launchWithNode: SampleLauncher = (script, environment) => {
  const child = spawn(process.execPath, [script], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<{ exitCode?: number; signal?: string }>((resolve) => {
    child.on('error', () => resolve({ exitCode: 127 }));
    child.on('close', (exitCode, signal) =>
      resolve({ ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }) }),
    );
  });
  return {
    onLine(listener) {
      forEachLine(child.stdout, (text) => listener('stdout', text));
      forEachLine(child.stderr, (text) => listener('stderr', text));
    },
    exited,
    kill: () => void child.kill(),
  };
};

/** Calls back for every line of a stream, the last one also without its line end. */
export function forEachLine(stream: Readable, listener: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', listener);
}
