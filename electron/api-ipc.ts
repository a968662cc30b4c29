import type { BridgeHead, BridgePart, BridgeRequest } from '../core/api/bridge.ts';
import { channels } from './ipc-channels.ts';
import { apiUrl, bridgeRequestSchema, requestIdSchema, type ApiPart } from './ipc-contract.ts';
import { isFromOwnPage, type SenderFrame, type SentMessage } from './sender.ts';

/** What we use of Electron's `WebContents`. */
export interface ApiWindow {
  readonly mainFrame: SenderFrame;
  isDestroyed(): boolean;
  send(channel: string, argument: unknown): void;
  on(event: 'did-navigate', listener: () => void): unknown;
  on(event: 'render-process-gone', listener: () => void): unknown;
  on(event: 'destroyed', listener: () => void): unknown;
}

/** What we use of Electron's `ipcMain`. */
export interface IpcReceiver {
  handle(
    channel: string,
    listener: (message: SentMessage<ApiWindow>, argument: unknown) => Promise<unknown>,
  ): void;
  on(channel: string, listener: (message: SentMessage<ApiWindow>, argument: unknown) => void): unknown;
}

/** The control API, whatever it is made of. */
export interface RequestTarget {
  fetch(request: Request): Response | Promise<Response>;
}

/** Carries the control API to the windows: one open request per id and window, none outliving its document. */
export function serveApiOverIpc(ipc: IpcReceiver, api: RequestTarget): void {
  const openRequests = new WeakMap<ApiWindow, Map<string, AbortController>>();

  const openRequestsOf = (window: ApiWindow) => {
    const known = openRequests.get(window);
    if (known) return known;
    const open = new Map<string, AbortController>();
    openRequests.set(window, open);
    const abortAll = () => {
      for (const controller of open.values()) controller.abort(new Error('the window left'));
      open.clear();
    };
    window.on('did-navigate', abortAll);
    window.on('render-process-gone', abortAll);
    window.on('destroyed', abortAll);
    return open;
  };

  ipc.handle(channels.request, async (message, argument) => {
    if (!isFromOwnPage(message)) throw new Error('refused: this frame is not the page of Signalbox');
    const parsed = bridgeRequestSchema.safeParse(argument);
    if (!parsed.success) throw new Error(`refused: ${parsed.error.issues[0]?.message ?? 'not a request'}`);
    const request = parsed.data;
    const open = openRequestsOf(message.sender);
    if (open.has(request.id)) throw new Error(`refused: request ${request.id} is open already`);
    const controller = new AbortController();
    open.set(request.id, controller);
    const close = () => {
      // After a navigation the map holds the requests of the next document.
      if (open.get(request.id) === controller) open.delete(request.id);
    };
    try {
      const response = await answer(api, request, controller.signal);
      const send = (part: BridgePart) => {
        if (controller.signal.aborted || message.sender.isDestroyed()) return;
        message.sender.send(channels.part, { id: request.id, part } satisfies ApiPart);
      };
      void sendBody(response, send, controller.signal).finally(close);
      return headOf(response);
    } catch (error) {
      close();
      throw error;
    }
  });

  ipc.on(channels.cancel, (message, argument) => {
    const id = requestIdSchema.safeParse(argument);
    if (!isFromOwnPage(message) || !id.success) return;
    openRequests.get(message.sender)?.get(id.data)?.abort(new Error('the window cancelled the request'));
  });
}

/** The API's answer, or a rejection as soon as nobody wants it any more. */
async function answer(api: RequestTarget, request: BridgeRequest, signal: AbortSignal): Promise<Response> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const answered = Promise.resolve(api.fetch(requestOf(request, signal)));
  // An answer that comes too late still holds what it reads from.
  void answered.then((late) => (signal.aborted ? late.body?.cancel() : undefined)).catch(() => undefined);
  return Promise.race([answered, aborted]);
}

function requestOf({ path, method, body }: BridgeRequest, signal: AbortSignal): Request {
  const json = body !== undefined && { body, headers: { 'content-type': 'application/json' } };
  return new Request(apiUrl(path), { method, signal, ...json });
}

function headOf(response: Response): BridgeHead {
  return { status: response.status, contentType: response.headers.get('content-type') ?? '' };
}

/** Larger chunks are cut, so that one message never holds up the others for long. */
const PART_BYTES = 1024 * 1024;

/** Sends a body part by part. Never rejects: what goes wrong is the last part. */
async function sendBody(response: Response, send: (part: BridgePart) => void, signal: AbortSignal) {
  const reader = response.body?.getReader();
  // The cancelled stream has nobody left to tell of its own failure to clean up.
  signal.addEventListener('abort', () => void reader?.cancel(signal.reason).catch(() => undefined), {
    once: true,
  });
  try {
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
      // Copied: a view of something larger would cross with all of it.
      for (let from = 0; from < chunk.value.byteLength; from += PART_BYTES)
        send({ kind: 'bytes', bytes: chunk.value.slice(from, from + PART_BYTES) });
    }
    send({ kind: 'end' });
  } catch (error) {
    send({ kind: 'broken', message: error instanceof Error ? error.message : String(error) });
  }
}
