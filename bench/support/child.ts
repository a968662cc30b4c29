import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Starts a script of ours that prints its port as its first line, and answers with that port. */
export async function startPortProcess(
  script: string,
  args: readonly string[] = [],
): Promise<{ readonly port: number; readonly pid: number; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const first = new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString()));
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready`)));
  });
  return { port: Number((await first).trim()), pid: child.pid!, stop: () => stop(child) };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
