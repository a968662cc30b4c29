import { EventEmitter } from 'node:events';
import { onlyKnown } from './only-known.ts';
import type { FromInvoke, ToMain } from './page-runtime.ts';

type Invoked = (event: object, ...args: unknown[]) => unknown;

class StandInIpcMain extends EventEmitter {
  readonly invoked = new Map<string, Invoked>();

  handle(channel: string, listener: Invoked): void {
    if (this.invoked.has(channel)) throw new Error(`A second handler for ${channel}.`);
    this.invoked.set(channel, listener);
  }
}

export const ipcMain = onlyKnown('ipcMain', new StandInIpcMain());

/** One message of a page, with the event that says which frame sent it. */
export async function receive(
  event: object,
  message: Exclude<ToMain, { kind: 'document' }>,
): Promise<FromInvoke | undefined> {
  const { channel, args } = structuredClone(message);
  if (message.kind === 'send') {
    ipcMain.emit(channel, event, ...args);
    return undefined;
  }
  const listener = ipcMain.invoked.get(channel);
  if (!listener) return { error: `Error: No handler registered for '${channel}'` };
  try {
    return { value: structuredClone(await listener(event, ...args)) };
  } catch (error) {
    return { error: String(error) };
  }
}
