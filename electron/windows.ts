import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_URL } from './app-origin.ts';
import { loadWindowState, MINIMUM_SIZE, placeWindow, saveWindowState } from './window-state.ts';

export interface WindowOptions {
  /** Where the window's place is kept. */
  readonly stateDir: string;
  readonly preload: string;
}

/** Behind the page until it has painted; the same as `--bg` in the renderer's tokens. */
const BACKGROUND = { dark: '#0e1113', light: '#fbfbfa' };

let mainWindow: BrowserWindow | undefined;

/** The one window of the app; it appears when it has something to show. */
export async function openMainWindow({ stateDir, preload }: WindowOptions): Promise<void> {
  if (mainWindow) return focusMainWindow();
  const stateFile = join(stateDir, 'window.json');
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const { bounds, maximized } = placeWindow(loadWindowState(stateFile), workAreas);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    show: false,
    title: 'Signalbox',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  mainWindow = window;
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    saveWindowState(stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  window.on('closed', () => {
    mainWindow = undefined;
  });
  await window.loadURL(APP_URL);
}

/** Brings the window forward; only ever in answer to the user. */
export function focusMainWindow(): void {
  if (!mainWindow) return;
  if (mainWindow.isMinimized()) mainWindow.restore();
  mainWindow.show();
  mainWindow.focus();
}
