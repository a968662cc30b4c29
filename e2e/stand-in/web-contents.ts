import { EventEmitter } from 'node:events';
import type { Frame, Page } from 'playwright-core';
import { toApp } from './app-address.ts';
import { receive } from './ipc-main.ts';
import { FROM_MAIN, TO_MAIN, type Delivery, type FromInvoke, type ToMain } from './page-runtime.ts';

type WindowOpenDecision = (details: { readonly url: string }) => { readonly action: string };

const frameIds = new WeakMap<Frame, number>();
let frameCount = 0;

/** Electron's `WebFrameMain`, as far as a sender is judged by it. */
function frameMain(frame: Frame) {
  const frameTreeNodeId = frameIds.get(frame) ?? ++frameCount;
  frameIds.set(frame, frameTreeNodeId);
  return { url: toApp(frame.url()), detached: frame.isDetached(), frameTreeNodeId };
}

export class StandInWebContents extends EventEmitter {
  page: Page | undefined;
  decideWindowOpen: WindowOpenDecision = () => ({ action: 'allow' });
  #queue: Delivery[] = [];
  #flushing = false;

  get mainFrame() {
    if (!this.page) throw new Error('The stand-in for Electron has no frame before the page is there.');
    return frameMain(this.page.mainFrame());
  }

  isDestroyed(): boolean {
    return this.page?.isClosed() ?? false;
  }

  setWindowOpenHandler(decide: WindowOpenDecision): void {
    this.decideWindowOpen = decide;
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.isDestroyed()) throw new Error('Object has been destroyed');
    this.#queue.push([channel, structuredClone(args)]);
    if (!this.#flushing) void this.#flush();
  }

  /** Connects the page's messages with `ipcMain`; `self` is what the app knows this object as. */
  async connect(page: Page, self: object): Promise<void> {
    this.page = page;
    page.once('close', () => this.emit('destroyed'));
    await page.exposeBinding(TO_MAIN, ({ frame }, message: ToMain): Promise<FromInvoke | undefined> => {
      if (message.kind !== 'document') {
        return receive({ sender: self, senderFrame: frameMain(frame) }, message);
      }
      this.#queue = [];
      this.emit('did-navigate');
      return Promise.resolve(undefined);
    });
  }

  /** In order, and as many at once as have gathered while the last ones were on their way. */
  async #flush(): Promise<void> {
    this.#flushing = true;
    while (this.#queue.length > 0) {
      const deliveries = this.#queue.splice(0);
      const deliver = ([name, items]: [string, Delivery[]]) =>
        (globalThis as unknown as Record<string, ((items: Delivery[]) => void) | undefined>)[name]?.(items);
      // A document that has gone receives nothing more, as in Electron.
      await this.page
        ?.evaluate(deliver, [FROM_MAIN, deliveries] as [string, Delivery[]])
        .catch(() => undefined);
    }
    this.#flushing = false;
  }
}
