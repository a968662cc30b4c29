import type { Bridge, BridgeHead, BridgePart } from '../core/api/bridge.ts';
import { channels } from './ipc-channels.ts';
import type { ApiPart } from './ipc-contract.ts';

/** What we use of Electron's `ipcRenderer`. */
export interface IpcSender {
  invoke(channel: string, argument: unknown): Promise<unknown>;
  send(channel: string, argument: unknown): void;
  on(channel: string, listener: (event: unknown, argument: unknown) => void): unknown;
}

/**
 * The window's end of the API. `documentId` sets this document's requests apart from those of the document that was
 * in the window before it, whose last parts may still be on their way.
 */
export function bridgeOverIpc(ipc: IpcSender, documentId: string): Bridge {
  const listeners = new Map<string, (part: BridgePart) => void>();
  const onTheWire = (id: string) => `${documentId}-${id}`;

  ipc.on(channels.part, (_event, argument) => {
    const { id, part } = argument as ApiPart;
    const listener = listeners.get(id);
    if (part.kind !== 'bytes') listeners.delete(id);
    listener?.(part);
  });

  return {
    async request({ id: ownId, method, path, body }, onPart) {
      const id = onTheWire(ownId);
      listeners.set(id, onPart);
      try {
        const wanted = { id, method, path, ...(body !== undefined && { body }) };
        return (await ipc.invoke(channels.request, wanted)) as BridgeHead;
      } catch (error) {
        listeners.delete(id);
        throw error;
      }
    },
    cancel(ownId) {
      const id = onTheWire(ownId);
      listeners.delete(id);
      ipc.send(channels.cancel, id);
    },
  };
}
