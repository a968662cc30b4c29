/** What `import … from 'electron'` resolves to in the stand-in: no more than what our main process imports. */
import { defaultSession } from './session.ts';
import { onlyKnown } from './only-known.ts';

export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { dialog, Menu, shell } from './dialogs.ts';
export { ipcMain } from './ipc-main.ts';
export { protocol } from './protocol.ts';
export { utilityProcess } from './utility-process.ts';

export const session = onlyKnown('session', { defaultSession });
export const nativeTheme = onlyKnown('nativeTheme', { shouldUseDarkColors: true });
/** Without a keyring: what is stored stays in its file. */
export const safeStorage = onlyKnown('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(false),
});
export const screen = onlyKnown('screen', {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
});
