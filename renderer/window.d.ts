import type { Bridge } from '../core/api/bridge.ts';

declare global {
  interface Window {
    /** What Electron's preload script exposes; absent in a browser. */
    readonly signalbox?: Bridge;
  }
}
