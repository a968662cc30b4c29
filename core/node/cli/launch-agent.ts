import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { forEachLine } from '../process/sample-launcher.ts';

export interface AgentEnd {
  /** What a shell would report: 128 + the signal's number, 127 and 126 where the command could not be started. */
  readonly exitCode: number;
  readonly signal?: string;
  /** Why the command could not be started. */
  readonly reason?: string;
}

export interface AgentLaunch {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where the agent's standard output goes besides the record. */
  readonly stdout: NodeJS.WritableStream;
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => void;
}

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a command to its end: its output passes through untouched and is read line by line beside. */
export function launchAgent(launch: AgentLaunch): Promise<AgentEnd> {
  const [program, ...rest] = launch.command as [string, ...string[]];
  const child = spawn(program, rest, {
    cwd: launch.cwd,
    env: launch.environment,
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  child.stdout.pipe(launch.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  forEachLine(child.stdout, (text) => launch.onLine('stdout', text));
  forEachLine(child.stderr, (text) => launch.onLine('stderr', text));

  // The agent decides what a signal means; we only end after it has.
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  const ended = new Promise<AgentEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(notStarted(program, error)));
    child.once('close', (code, signal) => {
      if (signal) resolve({ exitCode: 128 + constants.signals[signal], signal });
      else if (code !== null && code >= 0) resolve({ exitCode: code });
    });
  });
  return ended.finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward);
  });
}

function notStarted(program: string, error: NodeJS.ErrnoException): AgentEnd {
  switch (error.code) {
    case 'ENOENT':
      return {
        exitCode: 127,
        reason: `the command "${program}" was not found; check its spelling and your PATH`,
      };
    case 'EACCES':
      return { exitCode: 126, reason: `the command "${program}" may not be executed; check its permissions` };
    default:
      return { exitCode: 126, reason: `the command "${program}" could not be started: ${error.message}` };
  }
}
