import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type BrowserContext } from 'playwright-core';

export interface StandInBrowser {
  readonly context: BrowserContext;
  /** Where the test connects to the same browser. */
  readonly cdp: string;
}

let started: Promise<StandInBrowser> | undefined;

/** The one Chromium behind all windows, started with the first of them. */
export function startBrowser(): Promise<StandInBrowser> {
  return (started ??= launch());
}

export async function stopBrowser(): Promise<void> {
  const browser = await started?.catch(() => undefined);
  await browser?.context.close();
}

async function launch(): Promise<StandInBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'signalbox-stand-in-'));
  // At the very end, whichever way it comes: Chromium writes there until it is gone.
  process.once('exit', () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['SIGNALBOX_CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    viewport: null,
    colorScheme: 'dark',
    args: [
      '--remote-debugging-port=0',
      '--disable-gpu',
      '--disable-background-networking',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  return { context, cdp: `http://127.0.0.1:${await debuggingPort(profile)}` };
}

async function debuggingPort(folder: string): Promise<string> {
  const file = join(folder, 'DevToolsActivePort');
  for (let tries = 0; tries < 100; tries++) {
    const [port] = existsSync(file) ? (await readFile(file, 'utf8')).split('\n') : [];
    if (port) return port;
    await wait(50);
  }
  throw new Error('Chromium did not say where it listens for the test.');
}
