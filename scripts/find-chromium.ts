/** Finds a Chromium that works on this machine, else installs one; says which it took in one line. */
import { accessSync, constants, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { run, runTool, tail, unreachable } from './tools.ts';

export interface FoundChromium {
  readonly path: string;
  /** Where it came from, in words. */
  readonly origin: string;
}

/** Flags without which Chromium cannot run as root, and those that keep it from calling home. */
export const CHROMIUM_ARGS: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--no-first-run',
];

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const PLACES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/usr/bin/chromium', '/usr/bin/google-chrome', '/snap/bin/chromium', '/opt/google/chrome/chrome'],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
    const folder = process.env[name];
    if (folder === undefined) return [];
    const products = ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe'];
    return [...products, 'Microsoft\\Edge\\Application\\msedge.exe'].map((product) => join(folder, product));
  }),
};

/** Throws with what to do where none is to be had. */
export async function findChromium(say: (line: string) => void): Promise<FoundChromium> {
  const why: string[] = [];
  const installed = await firstThatWorks(candidates(), why);
  if (installed) return report(installed, say);
  for (const install of [installFromPlaywright, installFromDebian]) {
    const reason = await install(say);
    if (reason !== undefined) {
      why.push(reason);
      continue;
    }
    const found = await firstThatWorks(candidates(), why);
    if (found) return report(found, say);
  }
  const reasons = [...new Set(why)].map((line) => `  - ${line}`).join('\n');
  throw new Error(
    `No Chromium was found and none could be installed:\n${reasons}\n` +
      'Install Chromium or Chrome, or name one in SIGNALBOX_CHROMIUM=/path/to/chromium.',
  );
}

function report(found: FoundChromium, say: (line: string) => void): FoundChromium {
  say(`Chromium: ${found.path} (${found.origin})`);
  return found;
}

function* candidates(): Generator<FoundChromium> {
  for (const name of ['SIGNALBOX_CHROMIUM', 'CHROME_PATH']) {
    const path = process.env[name];
    if (path) yield { path, origin: `named by ${name}` };
  }
  yield { path: chromium.executablePath(), origin: "Playwright's own" };
  for (const path of otherPlaywrightBuilds())
    yield { path, origin: "in Playwright's cache, another version" };
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const suffix = process.platform === 'win32' ? '.exe' : '';
    for (const command of COMMANDS)
      yield { path: join(folder, command + suffix), origin: 'installed, on the PATH' };
  }
  for (const path of PLACES[process.platform] ?? []) yield { path, origin: 'installed' };
}

function otherPlaywrightBuilds(): readonly string[] {
  const caches: Partial<Record<NodeJS.Platform, string>> = {
    linux: join(homedir(), '.cache/ms-playwright'),
    darwin: join(homedir(), 'Library/Caches/ms-playwright'),
  };
  const cache = process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? caches[process.platform];
  if (cache === undefined) return [];
  const programs = '{chrome-linux*/{chrome,headless_shell},chrome-mac*/*.app/Contents/MacOS/*}';
  return globSync(`chromium*/${programs}`, { cwd: cache }).map((path) => join(cache, path));
}

async function firstThatWorks(
  tried: Iterable<FoundChromium>,
  why: string[],
): Promise<FoundChromium | undefined> {
  const seen = new Set<string>();
  for (const candidate of tried) {
    if (seen.has(candidate.path)) continue;
    seen.add(candidate.path);
    if (!isExecutable(candidate.path)) {
      if (candidate.origin.startsWith('named'))
        why.push(`${candidate.path} (${candidate.origin}): no such program`);
      continue;
    }
    const failure = await failureToLaunch(candidate.path);
    if (failure === undefined) return candidate;
    why.push(`${candidate.path} (${candidate.origin}): ${failure}`);
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program that is there may still lack its system libraries, so it is really launched. */
async function failureToLaunch(executablePath: string): Promise<string | undefined> {
  try {
    const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS], timeout: 20_000 });
    await browser.close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error);
  }
}

/** `undefined` for success, else why it was not possible. */
async function installFromPlaywright(say: (line: string) => void): Promise<string | undefined> {
  const host = process.env['PLAYWRIGHT_DOWNLOAD_HOST'] ?? 'https://cdn.playwright.dev';
  const obstacle = await unreachable(host, 4000);
  if (obstacle !== undefined) return `Playwright's download: ${host} cannot be reached (${obstacle})`;
  say(`No Chromium here; downloading Playwright's from ${host} …`);
  const { code, output } = await runTool('playwright-core', ['install', '--no-shell', 'chromium'], {
    timeoutSeconds: 240,
    live: true,
  });
  return code === 0 ? undefined : `Playwright's download failed: ${tail(output, 2)}`;
}

/** `undefined` for success, else why it was not possible. */
async function installFromDebian(say: (line: string) => void): Promise<string | undefined> {
  if (process.platform !== 'linux' || (await run('apt-get', ['--version'])).code !== 0) {
    return "Debian's package: this machine has no apt-get";
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && (await run('sudo', ['-n', 'true'])).code !== 0) {
    return "Debian's package: only root may install it (sudo apt-get install -y chromium)";
  }
  const apt = async (args: readonly string[], timeoutSeconds: number) => {
    const command = ['apt-get', '-o', 'Acquire::http::Timeout=4', '-o', 'Acquire::Retries=1', ...args];
    const [program, ...rest] = isRoot ? command : ['sudo', '-n', ...command];
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    return run(program!, rest, { timeoutSeconds, env });
  };
  say("No Chromium here; installing Debian's package chromium …");
  const packages = ['install', '-y', '--no-install-recommends', '--no-upgrade', 'chromium'];
  let outcome = await apt(packages, 300);
  if (outcome.code !== 0) {
    await apt(['update'], 90);
    outcome = await apt(packages, 300);
  }
  return outcome.code === 0 ? undefined : `Debian's package: ${tail(outcome.output, 2)}`;
}

if (import.meta.main) {
  try {
    await findChromium(console.log);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
