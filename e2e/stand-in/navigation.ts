import type { BrowserContext, Page, Request, Route } from 'playwright-core';
import { toApp, toShown } from './app-address.ts';
import { emitPreventable } from './preventable.ts';
import { respond } from './protocol.ts';
import type { StandInWebContents } from './web-contents.ts';

/** The one page that is a window, with the address that it was last told to load. */
export interface WindowPage {
  readonly page: Page;
  readonly contents: StandInWebContents;
  loading: string;
}

/** Answers every request of every page: the app's own scheme by the app, nothing from the network. */
export async function routeRequests(context: BrowserContext, window: WindowPage): Promise<void> {
  await context.route('**/*', (route) => answer(route, window));
  // Chromium has opened a page already when we hear of it, so a denied one is closed again.
  context.on('page', (page) => void page.close());
}

async function answer(route: Route, window: WindowPage): Promise<void> {
  const request = route.request();
  if (request.isNavigationRequest() && isPrevented(request, window)) return route.abort('aborted');
  const response = await respond(toApp(request.url()), request.method());
  if (!response) return route.abort('blockedbyclient');
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}

/**
 * Whether the app denies this navigation. What the app itself asked for is not asked again, nor is loading the same
 * page once more, which here can only be the browser's own reload.
 */
function isPrevented(request: Request, { page, contents, loading }: WindowPage): boolean {
  const url = toApp(request.url());
  const frame = frameOf(request);
  if (frame?.page() !== page) {
    if (contents.decideWindowOpen({ url }).action === 'deny') return true;
    throw new Error('The stand-in for Electron opens no further windows.');
  }
  const isMainFrame = frame.parentFrame() === null;
  const own = [toShown(loading), withoutHash(frame.url())];
  if (isMainFrame && own.includes(withoutHash(request.url()))) return false;
  const prevented = emitPreventable(contents, 'will-frame-navigate', { url, isMainFrame });
  return (isMainFrame && emitPreventable(contents, 'will-navigate', { url, isMainFrame })) || prevented;
}

/** A page that is only just being opened has no frame yet. */
function frameOf(request: Request) {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0]!;
}
