import type { MenuItemConstructorOptions } from 'electron';
import type { MenuRole, Words } from './words.ts';

export interface MenuOptions {
  readonly words: Words;
  readonly platform: NodeJS.Platform;
  /** Reloading and the developer tools are for those who work on Signalbox itself. */
  readonly development: boolean;
}

type Entry = MenuRole | '-';

const APP: readonly Entry[] = ['about', '-', 'hide', 'hideOthers', 'unhide', '-', 'quit'];
const EDIT: readonly Entry[] = ['undo', 'redo', '-', 'cut', 'copy', 'paste', 'delete', '-', 'selectAll'];
const VIEW: readonly Entry[] = ['resetZoom', 'zoomIn', 'zoomOut', '-', 'togglefullscreen'];
const VIEW_IN_DEVELOPMENT: readonly Entry[] = ['reload', 'toggleDevTools', '-'];

/** The menu bar, made of Electron's roles alone, which bring the actions and the system's usual keys. */
export function menuTemplate({ words, platform, development }: MenuOptions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const menu = (label: string, entries: readonly Entry[]): MenuItemConstructorOptions => ({
    label,
    submenu: entries.map((entry) => itemOf(entry, words)),
  });
  return [
    ...(mac ? [menu('Signalbox', APP)] : []),
    menu(words.file, [mac ? 'close' : 'quit']),
    menu(words.edit, EDIT),
    menu(words.view, development ? [...VIEW_IN_DEVELOPMENT, ...VIEW] : VIEW),
    menu(words.window, mac ? ['minimize', 'zoom'] : ['minimize', 'close']),
  ];
}

function itemOf(entry: Entry, words: Words): MenuItemConstructorOptions {
  if (entry === '-') return { type: 'separator' };
  const label = words.roles[entry];
  return label === undefined ? { role: entry } : { role: entry, label };
}
