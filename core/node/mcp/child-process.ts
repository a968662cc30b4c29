import { spawn } from 'node:child_process';
import { splitLines } from '../../mcp/line-splitter.ts';

/** Longer lines of standard output are no messages that anybody could carry. */
const LONGEST_LINE = 32 * 1024 * 1024;
const LONGEST_NOISE = 8 * 1024;
/** How long a process has to end by itself, and its last output to come in once it has. */
const TERM_MS = 3_000;
const DRAIN_MS = 500;

export interface ChildOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface ChildListener {
  /** A line of standard output, without its end. */
  onLine(line: Uint8Array): void;
  /** A piece of standard output or error that cannot be a message. */
  onNoise(stream: 'stdout' | 'stderr', text: string): void;
  /** Once, when it has ended and all its output came in; says how. */
  onExit(reason: string): void;
}

/** A program that was started to be talked to in lines. */
export interface ChildServer {
  /** Absent where it could not be started. */
  readonly pid: number | undefined;
  /** Bytes that were written and that it has not read. */
  readonly unread: number;
  write(line: string): void;
  /** Reads no more of its output until `resume`. */
  pause(): void;
  resume(): void;
  /** Asks it to end, and after 3 s makes it; resolves when it is gone. */
  end(): Promise<void>;
}

/** POSIX: the child leads a group of its own, so that what it starts (`npx` starts the server) ends with it. */
const LEADS_GROUP = process.platform !== 'win32';

export function startChild(options: ChildOptions, listener: ChildListener): ChildServer {
  const [program, ...args] = options.command;
  const child = spawn(program!, args, {
    env: { ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: LEADS_GROUP,
    windowsHide: true,
  });
  const gone = Promise.withResolvers<void>();
  let reason: string | undefined;
  let isEnding = false;
  let isOver = false;

  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      if (LEADS_GROUP) process.kill(-child.pid, name);
      else child.kill(name);
    } catch {
      // Nobody of the group is left.
    }
  };
  const finish = () => {
    if (isOver) return;
    isOver = true;
    signal('SIGKILL');
    lines.end();
    noise.end();
    child.stdout.destroy();
    child.stderr.destroy();
    gone.resolve();
    listener.onExit(reason ?? 'it is gone');
  };

  const lines = splitLines(
    LONGEST_LINE,
    (line) => listener.onLine(line),
    (bytes) => listener.onNoise('stdout', `a line of ${bytes} bytes is too long for a message`),
  );
  const noise = splitLines(
    LONGEST_NOISE,
    (line) => listener.onNoise('stderr', new TextDecoder().decode(line)),
    (bytes) => listener.onNoise('stderr', `(a line of ${bytes} bytes)`),
  );
  child.stdout.on('data', (chunk: Buffer) => lines.feed(chunk));
  child.stderr.on('data', (chunk: Buffer) => noise.feed(chunk));
  // A process that nobody can talk to any more has ended its service.
  child.stdout.on('end', () => signal('SIGTERM'));
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => {
    reason ??= `it could not be started: ${error.message}`;
    if (child.pid === undefined) finish();
  });
  child.on('exit', (code, name) => {
    reason ??= name === null ? `exit code ${code ?? 0}` : `signal ${name}`;
    // What it has started goes with it: that holds its streams open, and has as long as it had itself.
    signal('SIGTERM');
    setTimeout(finish, isEnding ? TERM_MS : DRAIN_MS).unref();
  });
  child.on('close', finish);

  return {
    pid: child.pid,
    get unread() {
      return child.stdin.writableLength;
    },
    write: (line) => void child.stdin.write(`${line}\n`),
    pause: () => void child.stdout.pause(),
    resume: () => void child.stdout.resume(),
    async end() {
      if (isOver) return;
      isEnding = true;
      child.stdin.end();
      signal('SIGTERM');
      const kill = setTimeout(() => signal('SIGKILL'), TERM_MS);
      await gone.promise;
      clearTimeout(kill);
    },
  };
}
