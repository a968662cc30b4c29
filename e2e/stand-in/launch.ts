import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { readReport, type Report } from './report.ts';
import { appArguments, NoWindow, repository, type LaunchAppOptions, type RunningApp } from './running-app.ts';

const REGISTER = pathToFileURL(join(import.meta.dirname, 'register.ts')).href;
const MAIN = join(repository, 'out/main/main.js');

/** Past this, an app that was told to quit is held to hang. */
const QUIT_TIMEOUT_MS = 15_000;

/** Runs the built app under the stand-in. Throws `NoWindow` where the app ends before its window has loaded. */
export async function launchStandIn(options: LaunchAppOptions): Promise<RunningApp> {
  const child = spawn(process.execPath, ['--import', REGISTER, MAIN, ...appArguments(options)], {
    cwd: repository,
    env: { ...process.env, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise<number | undefined>((resolve) =>
    child.once('close', (code) => resolve(code ?? undefined)),
  );
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const window = new Promise<Extract<Report, { standIn: 'window' }>>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const report = readReport(line);
      if (report?.standIn === 'window') resolve(report);
    });
  });
  const first = await Promise.race([window, exited]);
  if (typeof first !== 'object') throw new NoWindow(first, output);

  // The page's emulated screen, language and colours are the stand-in's affair.
  const browser = await chromium.connectOverCDP(first.cdp, { noDefaults: true });
  const page = browser
    .contexts()
    .flatMap((context) => context.pages())
    .find((candidate) => candidate.url().startsWith(first.url));
  if (!page) throw new Error(`no page at ${first.url} in the browser of the stand-in`);
  return {
    page,
    pid: child.pid!,
    output: () => output,
    async close() {
      child.kill('SIGTERM');
      const overdue = setTimeout(() => child.kill('SIGKILL'), QUIT_TIMEOUT_MS);
      const exitCode = await exited;
      clearTimeout(overdue);
      await browser.close();
      return { exitCode };
    },
  };
}
