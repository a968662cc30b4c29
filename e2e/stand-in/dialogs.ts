import { onlyKnown } from './only-known.ts';
import { report } from './report.ts';

interface MessageBox {
  readonly message: string;
  readonly detail: string;
  readonly cancelId: number;
}

export const dialog = onlyKnown('dialog', {
  showErrorBox: (title: string, content: string) => report({ standIn: 'error-box', title, content }),
  /** The test's user presses the button whose number is in the environment, else Cancel. */
  async showMessageBox({ message, detail, cancelId }: MessageBox) {
    report({ standIn: 'message-box', message, detail });
    return { response: Number(process.env['SIGNALBOX_STAND_IN_BUTTON'] ?? cancelId) };
  },
});

export const shell = onlyKnown('shell', {
  async openExternal(url: string) {
    report({ standIn: 'open-external', url });
  },
});

interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: 'separator';
  readonly submenu?: readonly MenuItem[];
}

export const Menu = onlyKnown('Menu', {
  buildFromTemplate: (template: readonly MenuItem[]) => template.flatMap(wordsOf),
  setApplicationMenu: (labels: readonly string[]) => report({ standIn: 'menu', labels }),
});

function wordsOf({ label, role, type, submenu = [] }: MenuItem): string[] {
  const word = label ?? role ?? type;
  if (!word) throw new Error('A menu item has a label, a role or a type.');
  return [word, ...submenu.flatMap(wordsOf)];
}
