/** The functions that `page.exposeBinding` and `addInitScript` put into the page; see `pageRuntime`. */
export const TO_MAIN = '__standInToMain';
export const FROM_MAIN = '__standInFromMain';

export type ToMain =
  | { readonly kind: 'document' }
  | { readonly kind: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'invoke'; readonly channel: string; readonly args: readonly unknown[] };

export type FromInvoke = { readonly value: unknown } | { readonly error: string };
export type Delivery = readonly [channel: string, args: readonly unknown[]];

/** Source of the script that runs first in every document: the preload script within its own small world. */
export function pageScript(preloadSource: string): string {
  const preload = `(require, module, exports) => {\n${preloadSource}\n}`;
  return `(${pageRuntime.toString()})(${JSON.stringify([TO_MAIN, FROM_MAIN])}, ${preload});`;
}

/** Runs in the page, so it can use nothing from this file but its parameters. */
function pageRuntime(
  [toMain, fromMain]: readonly [string, string],
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  // As in Electron, frames within the page get no preload script.
  if (window !== window.top || location.protocol !== 'https:') return;
  type Listener = (event: object, ...args: unknown[]) => void;
  const listeners = new Map<string, Listener[]>();
  const binding = (globalThis as unknown as Record<string, (message: unknown) => Promise<unknown>>)[toMain]!;
  const call = (message: unknown) => binding(structuredClone(message));
  void call({ kind: 'document' });

  Object.defineProperty(window, fromMain, {
    value: (deliveries: readonly (readonly [string, readonly unknown[]])[]) => {
      for (const [channel, args] of deliveries) {
        for (const listener of listeners.get(channel) ?? []) listener({}, ...args);
      }
    },
  });

  /** What crosses the context bridge: copies of plain data, and functions whose arguments are copied in turn. */
  const across = (value: unknown): unknown => {
    if (typeof value === 'function') {
      return (...args: unknown[]) => across((value as (...args: unknown[]) => unknown)(...args.map(across)));
    }
    if (value instanceof Promise) return value.then(across);
    if (Array.isArray(value)) return value.map(across);
    if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, across(inner)]));
    }
    return structuredClone(value);
  };

  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: unknown) =>
        Object.defineProperty(window, name, { value: Object.freeze(across(api)), enumerable: true }),
    },
    ipcRenderer: {
      on: (channel: string, listener: Listener) =>
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      send: (channel: string, ...args: unknown[]) => void call({ kind: 'send', channel, args }),
      invoke: async (channel: string, ...args: unknown[]) => {
        const answer = (await call({ kind: 'invoke', channel, args })) as { value?: unknown; error?: string };
        if (answer.error === undefined) return answer.value;
        throw new Error(`Error invoking remote method '${channel}': ${answer.error}`);
      },
    },
  };
  const require = (name: string) => {
    if (name === 'electron') return electron;
    throw new Error(`The stand-in for Electron gives a preload script no module ${name}.`);
  };
  const module = { exports: {} };
  preload(require, module, module.exports);
}
