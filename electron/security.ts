import { app, dialog, shell, type Session, type WebContents } from 'electron';
import type { Words } from './words.ts';

/** Writing text to the clipboard after a click is the only thing that the page may ask the system for. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

/** Electron grants every permission unless both handlers say otherwise. */
export function restrictSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === ALLOWED_PERMISSION),
  );
  session.setPermissionCheckHandler((_contents, permission) => permission === ALLOWED_PERMISSION);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

/** No page leaves the one it was given, and none opens another. */
export function restrictNavigation(words: Words): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    openLinksOutside(contents, words);
  });
}

/** A link to the web opens in the user's browser after the user has seen where it leads; one question at a time. */
function openLinksOutside(contents: WebContents, words: Words): void {
  let asking = false;
  const ask = async (link: string) => {
    asking = true;
    try {
      const { response } = await dialog.showMessageBox({
        type: 'question',
        message: words.openLink,
        detail: link,
        buttons: [words.open, words.cancel],
        defaultId: 1,
        cancelId: 1,
        noLink: true,
      });
      if (response === 0) await shell.openExternal(link);
    } catch (error) {
      console.error(`Signalbox could not open ${link}: ${String(error)}`);
    } finally {
      asking = false;
    }
  };
  contents.setWindowOpenHandler(({ url }) => {
    const link = webLink(url);
    if (link && !asking) void ask(link);
    return { action: 'deny' };
  });
}

/** The link as it is parsed, so that what is shown is what is opened. */
function webLink(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.protocol === 'https:' && url.username === '' && url.password === '';
  return plain ? url.href : undefined;
}
