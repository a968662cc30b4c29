import type { ApiWindow, IpcReceiver } from './api-ipc.ts';
import type { IpcSender } from './bridge-over-ipc.ts';
import type { SenderFrame } from './sender.ts';

/** Electron's two ends of IPC for tests: whatever crosses is cloned by a real message port, and arrives later. */
export interface IpcPair {
  readonly main: IpcReceiver;
  readonly window: IpcSender;
  readonly contents: FakeContents;
  close(): void;
}

/** The window as the main process knows it; the test moves its frame about. */
interface FakeContents extends ApiWindow {
  frame: SenderFrame;
  mainFrame: SenderFrame;
  /** Null where Electron has no frame for a message any more. */
  frameIsGone: boolean;
  emit(event: 'did-navigate' | 'render-process-gone' | 'destroyed'): void;
}

type Message =
  | { readonly kind: 'invoke'; readonly call: number; readonly channel: string; readonly argument: unknown }
  | { readonly kind: 'answer'; readonly call: number; readonly value?: unknown; readonly error?: string }
  | { readonly kind: 'send'; readonly channel: string; readonly argument: unknown };

export const OWN_FRAME: SenderFrame = { url: 'signalbox://app/', detached: false, frameTreeNodeId: 1 };

export function ipcPair(): IpcPair {
  const { port1: windowPort, port2: mainPort } = new MessageChannel();
  const post = (port: MessagePort, message: Message) => port.postMessage(message);
  const invoked = new Map<string, Parameters<IpcReceiver['handle']>[1]>();
  const sent = new Map<string, Parameters<IpcReceiver['on']>[1]>();
  const received = new Map<string, (event: unknown, argument: unknown) => void>();
  const calls: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  const contents = fakeContents((channel, argument) => post(mainPort, { kind: 'send', channel, argument }));
  const message = () => ({ sender: contents, senderFrame: contents.frameIsGone ? null : contents.frame });

  const invoke = async ({ channel, argument }: { channel: string; argument: unknown }) => {
    const listener = invoked.get(channel);
    if (!listener) throw new Error(`No handler registered for '${channel}'`);
    return listener(message(), argument);
  };

  mainPort.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'send') return sent.get(data.channel)?.(message(), data.argument);
    if (data.kind === 'answer') return;
    invoke(data).then(
      (value) => post(mainPort, { kind: 'answer', call: data.call, value }),
      (error) => post(mainPort, { kind: 'answer', call: data.call, error: String(error) }),
    );
  };
  windowPort.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'send') return received.get(data.channel)?.({}, data.argument);
    if (data.kind === 'invoke') return;
    if (data.error === undefined) calls[data.call]?.resolve(data.value);
    else calls[data.call]?.reject(new Error(`Error invoking remote method: ${data.error}`));
  };

  return {
    contents,
    main: {
      handle: (channel, listener) => void invoked.set(channel, listener),
      on: (channel, listener) => sent.set(channel, listener),
    },
    window: {
      invoke: (channel, argument) =>
        new Promise((resolve, reject) => {
          const call = calls.push({ resolve, reject }) - 1;
          post(windowPort, { kind: 'invoke', call, channel, argument });
        }),
      send: (channel, argument) => post(windowPort, { kind: 'send', channel, argument }),
      on: (channel, listener) => received.set(channel, listener),
    },
    close() {
      windowPort.close();
      mainPort.close();
    },
  };
}

function fakeContents(send: ApiWindow['send']): FakeContents {
  const listeners: { readonly event: string; readonly listener: () => void }[] = [];
  return {
    frame: OWN_FRAME,
    mainFrame: OWN_FRAME,
    frameIsGone: false,
    send,
    isDestroyed: () => false,
    on: (event: string, listener: () => void) => listeners.push({ event, listener }),
    emit(event) {
      for (const one of listeners) if (one.event === event) one.listener();
    },
  };
}
