import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, ipcMain, Menu, safeStorage, session } from 'electron';
import { announceHost } from '../core/node/control/local-host.ts';
import { dataPaths, prepareDataDir } from '../core/node/data-dir.ts';
import { startHost } from '../core/node/host.ts';
import { serveApiOverIpc } from './api-ipc.ts';
import { registerAppScheme, serveWindow } from './app-protocol.ts';
import { readLaunchOptions, type LaunchOptions } from './launch-options.ts';
import { menuTemplate } from './menu.ts';
import { launchSampleInUtilityProcess } from './sample-process.ts';
import { openSecretStore } from './secrets.ts';
import { restrictNavigation, restrictSession } from './security.ts';
import { focusMainWindow, openMainWindow } from './windows.ts';
import { wordsFor } from './words.ts';

/** Paths are relative to the built `out/main/main.js`. */
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

registerAppScheme();
app.enableSandbox();
try {
  prepare(readLaunchOptions(process.argv.slice(1), process.env, process.platform));
} catch (error) {
  failToStart(error);
}

/** Before the app is ready: where it keeps its own files, and whether it runs at all. */
function prepare(options: LaunchOptions): void {
  prepareDataDir(options.dataDir);
  // The lock is kept there too, so that there is one instance for each data folder.
  const userData = join(options.dataDir, 'electron');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  app.setPath('userData', userData);
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.on('second-instance', () => focusMainWindow());
  app
    .whenReady()
    .then(() => start(options))
    .catch(failToStart);
}

async function start(options: LaunchOptions): Promise<void> {
  const words = wordsFor(app.getLocale());
  const version = app.getVersion();
  const { secrets: file } = dataPaths(options.dataDir);
  const host = await startHost({
    ...options,
    secrets: await openSecretStore(file, safeStorage, process.platform),
    version,
    resourcesDir: here('../../resources'),
    storeWorker: new URL('./store-worker.js', import.meta.url),
    telemetryWorker: new URL('./telemetry-worker.js', import.meta.url),
    importWorker: new URL('./import-worker.js', import.meta.url),
    launchSample: launchSampleInUtilityProcess,
  });
  // So that `signalbox run` finds this host and records into it.
  const announced = await announceHost(options.dataDir, host, version);
  closeOnQuit(async () => {
    await announced.withdraw();
    await host.close();
  });
  restrictSession(session.defaultSession);
  restrictNavigation(words);
  serveWindow(here('../renderer'));
  serveApiOverIpc(ipcMain, host.api);
  const development = !app.isPackaged;
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate({ words, platform: process.platform, development })),
  );
  const open = () => openMainWindow({ stateDir: options.dataDir, preload: here('../preload/preload.cjs') });
  app.on('activate', () => void open().catch(failToOpen));
  await open().catch(failToOpen);
}

/** Every quit waits until what is recorded is on the disk. */
function closeOnQuit(close: () => Promise<void>): void {
  let closing: Promise<void> | undefined;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    closing ??= close().then(
      () => app.exit(Number(process.exitCode ?? 0)),
      (error: unknown) => {
        console.error(`Signalbox did not close cleanly: ${String(error)}`);
        app.exit(1);
      },
    );
  });
}

function failToStart(error: unknown): void {
  showFailure(error);
  app.exit(1);
}

/** The host runs already and is closed on the way out. */
function failToOpen(error: unknown): void {
  showFailure(error);
  process.exitCode = 1;
  app.quit();
}

function showFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  dialog.showErrorBox(wordsFor(app.getLocale()).cannotStart, message);
}
