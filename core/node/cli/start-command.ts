import { spawn } from 'node:child_process';
import { startWindowServer } from '../control/control-server.ts';
import { announceHost } from '../control/local-host.ts';
import { startHost } from '../host.ts';
import { installation } from '../installation.ts';
import { StartFailure } from '../start-failure.ts';
import { addressOf, dataDirOf, hostOptions, type HostFlags } from './connect.ts';
import { printJson, printLine, styled } from './output.ts';

export interface StartFlags extends HostFlags {
  readonly headless?: boolean;
  readonly windowPort?: number;
  readonly json?: boolean;
}

/** `signalbox start`: a host until it is told to stop. Without `--headless`, the one with a window of its own. */
export async function startCommand(flags: StartFlags, argv: readonly string[]): Promise<number> {
  if (!flags.headless) return openWindow(argv);
  const dataDir = dataDirOf(flags);
  const host = await startHost(hostOptions(dataDir, flags));
  const announced = await announceHost(dataDir, host, installation.version);
  const window = await startWindow(host, announced.token, flags.windowPort).catch(async (error: unknown) => {
    await announced.withdraw();
    await host.close();
    throw error;
  });
  announced.setWindow(window.origin);
  const url = addressOf(window.origin, '/', announced.token);
  if (flags.json)
    printJson({ dataPlane: host.dataPlane, window: window.origin, url, dataDir, pid: process.pid });
  else {
    printLine(`Signalbox ${installation.version}`);
    printLine(`  window   ${styled('cyan', url)}`);
    printLine(`  agents   OPENAI_BASE_URL=${host.dataPlane}/openai/v1`);
    printLine(`  data     ${dataDir}`);
    printLine(styled('dim', '  Ctrl-C stops it.'));
  }
  await toldToStop();
  await announced.withdraw();
  await window.close();
  await host.close();
  return 0;
}

/**
 * The window's port is the one after the data plane's, so that a browser finds its preferences again; it is only a
 * default, so another one is taken where that is not free: the address is printed either way.
 */
async function startWindow(
  host: Awaited<ReturnType<typeof startHost>>,
  token: string,
  port: number | undefined,
) {
  const { rendererDir } = installation;
  if (port !== undefined) return startWindowServer(host.api, token, rendererDir, port);
  try {
    return await startWindowServer(host.api, token, rendererDir, Number(new URL(host.dataPlane).port) + 1);
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    return startWindowServer(host.api, token, rendererDir, 0);
  }
}

function openWindow(argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [installation.startScript, ...argv], { stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
