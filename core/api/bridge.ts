/**
 * The control API carried between Electron's window and its host. A request is sent whole; its answer
 * comes as a head and then as parts of its bytes, so that a live stream travels the same way as any other answer.
 */
export interface BridgeRequest {
  /** Chosen by the window, unique among its open requests. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with `/api/`. */
  readonly path: string;
  readonly body?: string;
}

export interface BridgeHead {
  readonly status: number;
  readonly contentType: string;
}

/** One piece of an answer's body, its end, or the news that it broke off. */
export type BridgePart =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  | { readonly kind: 'broken'; readonly message: string };

/** What the preload script exposes to the window as `window.signalbox`. */
export interface Bridge {
  /** Parts may arrive before the promise is resolved; none is lost. */
  request(request: BridgeRequest, onPart: (part: BridgePart) => void): Promise<BridgeHead>;
  cancel(id: string): void;
}
