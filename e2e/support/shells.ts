import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/find-chromium.ts';
import { electronBinary, launchElectron } from '../stand-in/launch-electron.ts';
import { launchStandIn } from '../stand-in/launch.ts';
import type { LaunchAppOptions, RunningApp } from '../stand-in/running-app.ts';
import { startHost } from './host.ts';
import { freePort } from './ports.ts';

/** The window of a fresh Signalbox on an empty data folder, whatever shows it. */
export interface OpenWindow {
  readonly page: Page;
  /** `http://127.0.0.1:PORT`, where agents call. */
  readonly dataPlane: string;
  /** What must stay empty: errors on the console and exceptions in the page. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

export interface Shell {
  readonly name: string;
  /** Why it cannot be run here. */
  readonly absent: string | undefined;
  open(options?: { readonly config?: string }): Promise<OpenWindow>;
}

const PAGE_MILLIS = 15_000;

const browserShell: Shell = {
  name: 'the headless host in Chromium',
  absent: undefined,
  async open({ config } = {}) {
    const host = await startHost({ ...(config !== undefined && { config }) });
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1360, height: 860 }, locale: 'en-US' });
    const problems = watchPage(page);
    await page.goto(host.windowUrl());
    return {
      page,
      dataPlane: host.dataPlane,
      problems,
      async close() {
        await browser.close();
        await host.stop();
      },
    };
  },
};

async function launchChromium(): Promise<Browser> {
  const { path: executablePath } = await findChromium(() => undefined);
  return chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
}

/** An Electron app: its data plane has a port chosen by us, since no control port is open that could tell it. */
function appShell(
  name: string,
  absent: string | undefined,
  launch: (options: LaunchAppOptions) => Promise<RunningApp>,
): Shell {
  return {
    name,
    absent,
    async open({ config } = {}) {
      const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-app-'));
      const port = await freePort();
      const configFile = join(dataDir, 'signalbox-test.toml');
      if (config !== undefined) writeFileSync(configFile, config);
      const args = ['--lang=en-US', ...(config === undefined ? [] : ['--config', configFile])];
      const app = await launch({ dataDir, port, args });
      const problems = watchPage(app.page);
      return {
        page: app.page,
        dataPlane: `http://127.0.0.1:${port}`,
        problems,
        async close() {
          await app.close();
          rmSync(dataDir, { recursive: true, force: true });
        },
      };
    },
  };
}

export const shells: readonly Shell[] = [
  browserShell,
  appShell('the stand-in for Electron', undefined, launchStandIn),
  appShell('Electron', electronObstacle(), launchElectron),
];

function electronObstacle(): string | undefined {
  if (electronBinary() === undefined) return 'its binary is not installed';
  const needsDisplay = process.platform === 'linux';
  const hasDisplay = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  return needsDisplay && !hasDisplay ? 'this machine has no display' : undefined;
}

/** Every shell with the title of a suite in it; where it is skipped the title says why, and `npm test` prints it. */
export function suitesOf(what: string): readonly (readonly [title: string, shell: Shell])[] {
  return shells.map((shell) => {
    const reason = shell.absent === undefined ? '' : `: ${shell.absent}`;
    return [`${what} in ${shell.name}${reason}`, shell] as const;
  });
}

function watchPage(page: Page): readonly string[] {
  const problems: string[] = [];
  page.setDefaultTimeout(PAGE_MILLIS);
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  return problems;
}
