import { protocol } from 'electron';
import { windowResponse } from '../core/node/window-files.ts';
import { APP_HOST, APP_SCHEME } from './app-origin.ts';

/** To be called before the app is ready. The scheme must not bypass the content security policy. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built window at `signalbox://app/`, and nothing at any other host. */
export function serveWindow(rendererDir: string): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const url = new URL(request.url);
    if (request.method !== 'GET') return new Response(null, { status: 405 });
    if (url.host !== APP_HOST) return new Response(null, { status: 404 });
    const { status, headers, body } = await windowResponse(rendererDir, url.pathname);
    return new Response(new Uint8Array(body), { status, headers });
  });
}
