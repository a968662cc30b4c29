/** `npm start`: Signalbox in its own window where Electron is to be had, else the headless host. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { build, staleness } from './build.ts';
import { fetchElectron, findElectron } from './electron-binary.ts';
import { root } from './tools.ts';

const args = process.argv.slice(2);
process.exitCode = await start();

async function start(): Promise<number> {
  // The window is not needed for a question about the command line.
  if (args.includes('--help') || args.includes('-h')) return runHeadless();
  if (!(await buildIfStale())) return 1;
  if (args.includes('--headless')) return runHeadless();
  if (!hasDisplay()) {
    say('No display here: starting without a window; open the address below in any browser.');
    return runHeadless();
  }
  const electron = await electronOrReason();
  if (electron.ok) return runToEnd(electron.path, [root, ...args], sandboxFree());
  say(`Electron is not to be had (${electron.reason}): starting without it, in your browser.`);
  return runHeadless({ openBrowser: true });
}

async function buildIfStale(): Promise<boolean> {
  const reason = staleness();
  if (reason === undefined) return true;
  say(`Building the window (${reason}) …`);
  const { code, output, seconds } = await build();
  if (code === 0) {
    say(`Built in ${seconds.toFixed(1)} s.`);
    return true;
  }
  process.stderr.write(`${output}\nThe build failed; nothing was started.\n`);
  return false;
}

async function electronOrReason() {
  const path = findElectron();
  if (path !== undefined) return { ok: true, path } as const;
  say('Fetching Electron, once …');
  return fetchElectron();
}

function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** As root, Chromium refuses to start with its sandbox. */
function sandboxFree(): NodeJS.ProcessEnv {
  return process.getuid?.() === 0 ? { ELECTRON_DISABLE_SANDBOX: '1' } : {};
}

function runHeadless({ openBrowser } = { openBrowser: false }): Promise<number> {
  const own = args.filter((argument) => argument !== '--headless');
  const cli = join(root, 'core', 'node', 'cli.ts');
  const watch = openBrowser && !args.includes('--json') ? openAddressOnce() : undefined;
  return runToEnd(process.execPath, [cli, 'start', '--headless', ...own], {}, watch);
}

/** Opens the first address with a token that the host prints, in the user's browser. */
function openAddressOnce(): (text: string) => void {
  let seen = '';
  let opened = false;
  return (text) => {
    seen += stripVTControlCharacters(text);
    const address = /http:\/\/127\.0\.0\.1:\d+\/#\S*token=\S+(?=\s)/.exec(seen)?.[0];
    if (opened || address === undefined) return;
    opened = true;
    openInBrowser(address);
  };
}

function openInBrowser(address: string): void {
  const [command, ...rest] = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  }[process.platform as string] ?? ['xdg-open'];
  const child = spawn(command!, [...rest, address], { stdio: 'ignore', detached: true });
  // Without an opener the printed address is as good.
  child.on('error', () => say('No browser could be opened; open the address above.'));
  child.unref();
}

/** Runs the host until it ends, hands signals on, and answers with its exit code. */
function runToEnd(
  command: string,
  commandArgs: readonly string[],
  env: NodeJS.ProcessEnv,
  onOutput?: (text: string) => void,
): Promise<number> {
  return new Promise((resolve) => {
    const colour = process.stdout.isTTY && onOutput ? { FORCE_COLOR: '1' } : {};
    const child = spawn(command, commandArgs, {
      stdio: ['inherit', onOutput ? 'pipe' : 'inherit', 'inherit'],
      env: { ...process.env, ...colour, ...env },
    });
    child.stdout?.on('data', (bytes: Buffer) => {
      process.stdout.write(bytes);
      onOutput?.(bytes.toString());
    });
    // A terminal sends Ctrl-C to the host as well; only without one is it ours to hand on.
    process.on('SIGINT', () => void (process.stdin.isTTY || child.kill('SIGINT')));
    process.on('SIGTERM', () => void child.kill('SIGTERM'));
    process.on('SIGHUP', () => void child.kill('SIGTERM'));
    child.on('error', (error) => {
      process.stderr.write(`Signalbox could not be started: ${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
