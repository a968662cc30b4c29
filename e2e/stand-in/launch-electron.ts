import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { appArguments, repository, type LaunchAppOptions, type RunningApp } from './running-app.ts';

/** Electron's own program, where it has been fetched. Looking never fetches it. */
export function electronBinary(): string | undefined {
  const folder = join(repository, 'node_modules/electron');
  const pathFile = join(folder, 'path.txt');
  const program = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined;
  const elsewhere = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const binary = elsewhere
    ? join(elsewhere, program ?? 'electron')
    : program && join(folder, 'dist', program);
  return binary && existsSync(binary) ? binary : undefined;
}

/** Runs the built app in Electron itself; the same specs run on both. */
export async function launchElectron(options: LaunchAppOptions): Promise<RunningApp> {
  const executablePath = electronBinary();
  if (!executablePath) throw new Error("Electron's binary is not there; use the stand-in.");
  const app = await _electron.launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), repository, ...appArguments(options)],
    cwd: repository,
    env: { ...inherited(), ...options.environment },
  });
  const child = app.process();
  let output = '';
  child.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const page = await app.firstWindow();
  page.on('console', (message) => {
    if (message.type() === 'error') output += `${message.text()}\n`;
  });
  page.on('pageerror', (error) => (output += `${String(error)}\n`));
  return {
    page,
    pid: child.pid!,
    output: () => output,
    async close() {
      await app.close();
      return { exitCode: child.exitCode ?? undefined };
    },
  };
}

function inherited(): Record<string, string> {
  const pairs = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(pairs);
}
