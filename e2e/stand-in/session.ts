import { EventEmitter } from 'node:events';
import type { BrowserContext, Page } from 'playwright-core';
import { onlyKnown } from './only-known.ts';
import { emitPreventable } from './preventable.ts';

type PermissionCheck = (contents: null, permission: string) => boolean;
type PermissionRequest = (contents: null, permission: string, answer: (granted: boolean) => void) => void;

/** Electron's name of a permission → Chromium's, for those that a page of ours could meet. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  'clipboard-sanitized-write': 'clipboard-write',
  'clipboard-read': 'clipboard-read',
  notifications: 'notifications',
  geolocation: 'geolocation',
};

class StandInSession extends EventEmitter {
  // Electron grants everything until it is told otherwise.
  check: PermissionCheck = () => true;
  ask: PermissionRequest = (_contents, _permission, answer) => answer(true);

  setPermissionCheckHandler(check: PermissionCheck): void {
    this.check = check;
  }

  setPermissionRequestHandler(ask: PermissionRequest): void {
    this.ask = ask;
  }

  setDevicePermissionHandler(decide: () => boolean): void {
    if (decide()) throw new Error('The stand-in for Electron has no devices to give.');
  }
}

export const defaultSession = onlyKnown('session', new StandInSession());

export async function applySession(context: BrowserContext, page: Page): Promise<void> {
  const granted = Object.keys(PERMISSIONS).filter((permission) => {
    let asked = false;
    defaultSession.ask(null, permission, (answer) => (asked = answer));
    return asked && defaultSession.check(null, permission);
  });
  await context.grantPermissions(granted.map((permission) => PERMISSIONS[permission]!));
  page.on('download', (download) => {
    if (emitPreventable(defaultSession, 'will-download')) void download.cancel();
  });
}
