import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository, whatever folder the script was started in. */
export const root = join(import.meta.dirname, '..');

export interface Outcome {
  /** 0 for success; 127 where the program could not be started, 124 where its time was up. */
  readonly code: number;
  /** What it said, both streams in the order of arrival. */
  readonly output: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  /** Shows the output as it comes, besides collecting it. */
  readonly live?: boolean;
}

/** Runs a program to its end in the repository; never throws for what the program does. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.timeoutSeconds && { timeout: options.timeoutSeconds * 1000, killSignal: 'SIGKILL' }),
    });
    let output = '';
    const collect = (stream: NodeJS.WriteStream) => (bytes: Buffer) => {
      output += bytes.toString();
      if (options.live) stream.write(bytes);
    };
    child.stdout.on('data', collect(process.stdout));
    child.stderr.on('data', collect(process.stderr));
    const end = (code: number) => resolve({ code, output, seconds: (performance.now() - started) / 1000 });
    child.on('error', (error) => {
      output += `${command}: ${error.message}\n`;
      end(127);
    });
    child.on('close', (code, signal) => end(code ?? (signal === 'SIGKILL' ? 124 : 1)));
  });
}

/** Runs the command line of an installed npm package on this very Node, never through a shell. */
export function runTool(tool: string, args: readonly string[], options?: RunOptions): Promise<Outcome> {
  return run(process.execPath, [toolScript(tool), ...args], options);
}

/** Tools whose package has another name than the tool. */
const PACKAGES: Readonly<Record<string, string>> = { tsc: 'typescript', depcruise: 'dependency-cruiser' };

function toolScript(tool: string): string {
  const folder = join(root, 'node_modules', PACKAGES[tool] ?? tool);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly bin: string | Readonly<Record<string, string>>;
  };
  const script = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[tool];
  if (script === undefined) throw new Error(`${folder} has no command ${tool}`);
  return join(folder, script);
}

/** The last words of a program: enough to see why it failed. */
export function tail(text: string, lines: number): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** Whether something answers at this address at all; `undefined` where it does, else why not. */
export async function unreachable(url: string, millis: number): Promise<string | undefined> {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(millis) });
    return response.status < 500 ? undefined : `it answers ${response.status}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `no answer in ${millis / 1000} s`;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
