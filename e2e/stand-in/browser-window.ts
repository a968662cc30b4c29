import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { toShown } from './app-address.ts';
import { app, openWindows } from './app.ts';
import { startBrowser, type StandInBrowser } from './browser.ts';
import { routeRequests, type WindowPage } from './navigation.ts';
import { onlyKnown, refuseUnknown } from './only-known.ts';
import { pageScript } from './page-runtime.ts';
import { emitPreventable } from './preventable.ts';
import { report } from './report.ts';
import { applySession } from './session.ts';
import { StandInWebContents } from './web-contents.ts';

const OPTIONS = ['x', 'y', 'width', 'height', 'minWidth', 'minHeight', 'show', 'title', 'backgroundColor'];

/** A page that would be less shut in than the stand-in's is not shown: the stand-in cannot model it. */
const PREFERENCES = {
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
};

interface Options {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
  readonly webPreferences: { readonly preload: string };
}

let windowCount = 0;

class StandInBrowserWindow extends EventEmitter {
  readonly webContents = onlyKnown('webContents', new StandInWebContents());
  readonly #options: Options;
  #maximized = false;
  #window: WindowPage | undefined;

  constructor(options: Options) {
    super();
    refuseUnknown('window options', options, [...OPTIONS, 'webPreferences']);
    const { preload, ...preferences } = options.webPreferences;
    if (JSON.stringify(preferences) !== JSON.stringify(PREFERENCES)) {
      throw new Error(`The stand-in for Electron shows no page with ${JSON.stringify(preferences)}.`);
    }
    this.#options = { ...options, webPreferences: { preload } };
    openWindows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
    return onlyKnown('BrowserWindow', this);
  }

  async loadURL(url: string): Promise<void> {
    const browser = await startBrowser();
    this.#window ??= await this.#open(browser, url);
    this.#window.loading = url;
    await this.#window.page.goto(toShown(url));
    this.emit('ready-to-show');
    report({ standIn: 'window', cdp: browser.cdp, url: toShown(url) });
  }

  async #open({ context }: StandInBrowser, loading: string): Promise<WindowPage> {
    const page = context.pages()[0];
    if (!page || ++windowCount > 1) throw new Error('The stand-in for Electron shows one window only.');
    const window = { page, contents: this.webContents, loading };
    await routeRequests(context, window);
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      report({ standIn: 'console', level: message.type(), text: message.text() });
    });
    page.on('pageerror', (error) => report({ standIn: 'console', level: 'error', text: String(error) }));
    page.once('close', () => this.#closed());
    const { width, height, webPreferences } = this.#options;
    await page.setViewportSize({ width, height });
    await applySession(context, page);
    await this.webContents.connect(page, this.webContents);
    await page.addInitScript(pageScript(readFileSync(webPreferences.preload, 'utf8')));
    return window;
  }

  close(): void {
    if (!openWindows.has(this) || emitPreventable(this, 'close')) return;
    void this.#window?.page.close();
    this.#closed();
  }

  #closed(): void {
    if (!openWindows.delete(this)) return;
    this.emit('closed');
    app.windowClosed();
  }

  getNormalBounds() {
    const { x = 0, y = 0, width, height } = this.#options;
    return { x, y, width, height };
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  maximize(): void {
    this.#maximized = true;
  }

  isMinimized(): boolean {
    return false;
  }

  show(): void {}

  focus(): void {
    report({ standIn: 'focus' });
  }
}

export { StandInBrowserWindow as BrowserWindow };
