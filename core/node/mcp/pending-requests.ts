import { subscriptionOf } from '../../mcp/era.ts';
import {
  isRequestId,
  sameId,
  type McpNotification,
  type McpRequest,
  type RequestId,
} from '../../mcp/message.ts';
import { progressTokenOf } from '../../mcp/request-facts.ts';
import type { MessageStream } from './message-stream.ts';

export interface Pending {
  readonly request: McpRequest;
  /** Where its answer goes. */
  readonly stream: MessageStream;
}

/** The requests of an agent that a program has not answered yet. */
export class PendingRequests {
  private readonly byId = new Map<RequestId, Pending>();
  /** Cancelled: there may be an answer all the same, but nobody waits. */
  private readonly cancelled = new Set<RequestId>();

  /** Whether anybody waits. */
  get isEmpty(): boolean {
    return this.byId.size === this.cancelled.size;
  }

  get ids(): readonly RequestId[] {
    return [...this.byId.keys()];
  }

  get streams(): readonly MessageStream[] {
    return this.waiting.map(({ stream }) => stream);
  }

  has(id: RequestId): boolean {
    return this.get(id) !== undefined;
  }

  add(pending: Pending): void {
    this.byId.set(pending.request.id, pending);
    this.cancelled.delete(pending.request.id);
  }

  /** Whether progress on a request of that token would be taken for progress on another one. */
  hasToken(token: unknown): boolean {
    return token !== undefined && this.withToken(token) !== undefined;
  }

  cancel(id: unknown): void {
    const pending = isRequestId(id) ? this.get(id) : undefined;
    if (pending) this.cancelled.add(pending.request.id);
  }

  /** That of the very id or, since there are servers that round what is too large for them, of an equal number. */
  get(id: RequestId): Pending | undefined {
    const exact = this.byId.get(id);
    if (exact) return exact;
    const same = sameId(id, this.byId.keys());
    return same === undefined ? undefined : this.byId.get(same);
  }

  /** Gives it out, and keeps it no longer. */
  take(id: RequestId): Pending | undefined {
    const pending = this.get(id);
    if (!pending) return undefined;
    this.byId.delete(pending.request.id);
    this.cancelled.delete(pending.request.id);
    return pending;
  }

  answeredIn(stream: MessageStream): readonly RequestId[] {
    return [...this.byId].flatMap(([id, pending]) => (pending.stream === stream ? [id] : []));
  }

  /** The one that something which a program says by itself belongs to: that which it names, or else the only one. */
  ownerOf(message: McpRequest | McpNotification): Pending | undefined {
    const named = this.namedBy(message);
    if (named) return named;
    const [only, ...others] = this.waiting;
    return others.length === 0 ? only : undefined;
  }

  private get waiting(): readonly Pending[] {
    return [...this.byId.values()].filter(({ request }) => !this.cancelled.has(request.id));
  }

  private namedBy({ method, params }: McpRequest | McpNotification): Pending | undefined {
    const ended = method === 'notifications/cancelled' ? params['requestId'] : undefined;
    const id = subscriptionOf(params) ?? ended;
    if (isRequestId(id)) return this.get(id);
    const token = method === 'notifications/progress' ? params['progressToken'] : undefined;
    return token === undefined ? undefined : this.withToken(token);
  }

  private withToken(token: unknown): Pending | undefined {
    return [...this.byId.values()].find(({ request }) => progressTokenOf(request.params) === token);
  }
}
