import { APP_HOST, APP_PROTOCOL } from './app-origin.ts';

/** What we look at in Electron's `WebFrameMain`. */
export interface SenderFrame {
  readonly url: string;
  readonly detached: boolean;
  readonly frameTreeNodeId: number;
}

export interface SentMessage<Sender extends { readonly mainFrame: SenderFrame }> {
  readonly sender: Sender;
  /** Null or detached where the frame has navigated away or is gone. */
  readonly senderFrame: SenderFrame | null;
}

/**
 * Whether a message comes from the main frame of a window that shows our own page. Protocol and host are compared,
 * not the origin: Node's URL says `null` for the origin of every custom scheme.
 */
export function isFromOwnPage(message: SentMessage<{ readonly mainFrame: SenderFrame }>): boolean {
  const frame = message.senderFrame;
  if (!frame || frame.detached) return false;
  if (frame.frameTreeNodeId !== message.sender.mainFrame.frameTreeNodeId) return false;
  if (!URL.canParse(frame.url)) return false;
  const url = new URL(frame.url);
  return url.protocol === APP_PROTOCOL && url.host === APP_HOST;
}
