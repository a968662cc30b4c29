import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bridge } from '../../core/api/bridge.ts';
import { runCli } from '../support/cli.ts';
import { launchStandIn } from './launch.ts';
import { TO_MAIN } from './page-runtime.ts';
import { readReport, type Report } from './report.ts';
import { NoWindow, type LaunchAppOptions, type RunningApp } from './running-app.ts';

type Exposed = Readonly<Record<string, (message: unknown) => Promise<{ error?: string; value?: unknown }>>>;

let dataDir: string;
let app: RunningApp | undefined;

beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'signalbox-main-'))));
afterEach(async () => {
  await app?.close();
  app = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function launch(options: Partial<LaunchAppOptions> = {}): Promise<Page> {
  app = await launchStandIn({ dataDir, port: 0, ...options });
  return app.page;
}

function reports<Kind extends Report['standIn']>(kind: Kind, output = app?.output() ?? '') {
  const isKind = (line: Report | undefined): line is Extract<Report, { standIn: Kind }> =>
    line?.standIn === kind;
  return output.split('\n').map(readReport).filter(isKind);
}

/** What a page could send if it had got hold of Electron's own channel. */
const rawRequest = { id: 'raw', method: 'GET', path: '/api/host' };
const invoke = (channel: string, argument: unknown) => ({ kind: 'invoke', channel, args: [argument] });

/** Clicks a link that the page did not have. */
function follow(page: Page, href: string, target = ''): Promise<void> {
  return page.evaluate(
    ([to, where]) => {
      const link = document.createElement('a');
      Object.assign(link, { href: to, target: where });
      document.body.append(link);
      link.click();
    },
    [href, target] as const,
  );
}

describe('the page', () => {
  test('reaches the API through the bridge, also after a reload', async () => {
    const page = await launch();
    const ask = () =>
      page.evaluate(async () => {
        const bridge = (globalThis as unknown as { signalbox: Bridge }).signalbox;
        const head = await bridge.request({ id: 'test', method: 'GET', path: '/api/host' }, () => undefined);
        return head.status;
      });
    expect(await ask()).toBe(200);
    await page.reload();
    expect(await ask()).toBe(200);
  });

  test('cannot turn text into markup or script', async () => {
    const page = await launch();
    const attempt = page.evaluate(() => {
      document.createElement('div').innerHTML = '<b>text</b>';
    });
    await expect(attempt).rejects.toThrow('TrustedHTML');
  });

  test('is refused by the main process where a frame within it asks', async () => {
    const page = await launch();
    const ask = (inFrame: boolean, message: unknown) =>
      page.evaluate(
        async ([inner, name, sent]) => {
          const frame = document.createElement('iframe');
          document.body.append(frame);
          const scope = (inner ? frame.contentWindow : globalThis) as unknown as Exposed;
          return scope[name]!(sent);
        },
        [inFrame, TO_MAIN, message] as const,
      );
    expect((await ask(true, invoke('api:request', rawRequest))).error).toContain('refused');
    expect((await ask(false, invoke('api:request', { ...rawRequest, path: '/secret' }))).error).toContain(
      'refused',
    );
    expect((await ask(false, invoke('other', {}))).error).toContain('No handler');
    expect((await ask(false, invoke('api:request', rawRequest))).value).toMatchObject({ status: 200 });
  });

  test('stays where it is', async () => {
    const page = await launch();
    const before = page.url();
    for (const href of ['https://example.test/', 'signalbox://other/', '/other.html'])
      await follow(page, href);
    await page.waitForTimeout(300);
    expect(page.url()).toBe(before);
    expect(reports('open-external')).toEqual([]);
  });
});

describe('links', () => {
  test('to the web open outside once the user agrees', async () => {
    const page = await launch({ environment: { SIGNALBOX_STAND_IN_BUTTON: '0' } });
    await follow(page, 'https://example.test/docs', '_blank');
    await vi.waitFor(() =>
      expect(reports('open-external').map(({ url }) => url)).toEqual(['https://example.test/docs']),
    );
    expect(page.context().pages()).toHaveLength(1);
  });

  test('do not where the user does not', async () => {
    const page = await launch();
    await follow(page, 'https://example.test/', '_blank');
    await vi.waitFor(() => expect(reports('message-box')).toHaveLength(1));
    await page.waitForTimeout(200);
    expect(reports('open-external')).toEqual([]);
  });

  test.each(['http://example.test/', 'https://user:secret@example.test/'])(
    '%s is not even asked about',
    async (url) => {
      const page = await launch();
      await follow(page, url, '_blank');
      await page.waitForTimeout(500);
      expect(reports('message-box')).toEqual([]);
    },
  );
});

describe('the app', () => {
  test('is started once for a data folder; a second start brings the window forward', async () => {
    await launch();
    const second = await launchStandIn({ dataDir, port: 0 }).catch((error: unknown) => error);
    expect((second as NoWindow).exitCode).toBe(0);
    await vi.waitFor(() => expect(reports('focus').length).toBeGreaterThan(0));
  });

  test('ends cleanly and remembers its window', async () => {
    writeFileSync(
      join(dataDir, 'window.json'),
      JSON.stringify({ bounds: { x: 10, y: 20, width: 1000, height: 700 }, maximized: false }),
    );
    const page = await launch();
    expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([1000, 700]);
    expect(await app?.close()).toEqual({ exitCode: 0 });
    app = undefined;
    const saved = JSON.parse(readFileSync(join(dataDir, 'window.json'), 'utf8')) as unknown;
    expect(saved).toEqual({ bounds: { x: 10, y: 20, width: 1000, height: 700 }, maximized: false });
  });

  test('takes the runs that the command line starts, and shows them', async () => {
    const page = await launch();
    await page.goto(`${new URL('/', page.url()).href}#/runs`);
    const agent = ['--', process.execPath, '-e', 'console.log("hello")'];
    const { code, stdout } = await runCli(['run', '--data', dataDir, '--name', 'from the shell', ...agent]);
    expect([code, stdout]).toEqual([0, 'hello\n']);
    await page.getByRole('row', { name: /from the shell/ }).waitFor();
  });

  test('speaks the language of the system', async () => {
    await launch({ environment: { SIGNALBOX_STAND_IN_LOCALE: 'zh-CN' } });
    expect(reports('menu')[0]?.labels).toContain('编辑');
  });
});

describe('what keeps it from starting is said', () => {
  const failureOf = async (options: Partial<LaunchAppOptions>) => {
    const error: unknown = await launch(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoWindow);
    const { exitCode, output } = error as NoWindow;
    return { exitCode, content: reports('error-box', output)[0]?.content };
  };

  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await vi.waitFor(() => expect(server.listening).toBe(true));
    const { port } = server.address() as { port: number };
    const { exitCode, content } = await failureOf({ port });
    server.close();
    expect(exitCode).toBe(1);
    expect(content).toContain(String(port));
  });

  test('a data folder that is a file', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    const { exitCode, content } = await failureOf({ dataDir: file });
    expect([exitCode, content]).toEqual([1, expect.stringContaining(file)]);
  });

  test('an argument that cannot be meant', async () => {
    const { exitCode, content } = await failureOf({ args: ['--config='] });
    expect([exitCode, content]).toEqual([1, expect.stringContaining('--config')]);
  });
});
