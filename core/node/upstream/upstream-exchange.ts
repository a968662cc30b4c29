import type { Dispatcher } from 'undici';
import type { CancelSignal } from '../../base/cancellation.ts';
import { ok, type Result } from '../../base/result.ts';
import type { HeaderList, UpstreamFailure, UpstreamResponse } from '../../scheduling/upstream.ts';

/** The upstream is paused while so many bytes of its answer wait to be read. */
const PAUSED_FROM = 1024 * 1024;
const RESUMED_BELOW = PAUSED_FROM / 2;

type Answered = Result<UpstreamResponse, UpstreamFailure>;
type Pulled = IteratorResult<Uint8Array, undefined>;

/**
 * One request and its answer, as undici tells of it. The body is read piece by piece, once; whoever does not want the
 * rest ends the iteration, and the connection is broken off or, where it carries others, only this exchange.
 */
export class UpstreamExchange implements Dispatcher.DispatchHandler, AsyncIterableIterator<Uint8Array> {
  readonly answered: Promise<Answered>;
  /** Told once, when the connection has nothing more to do with it. */
  release: (() => void) | undefined;
  /** Told when it is aborted while it has no connection. */
  leave: (() => void) | undefined;
  isFinished = false;
  private readonly signal: CancelSignal;
  private readonly explain: (error: Error) => Answered;
  /** Until it is known whether an answer came. */
  private resolve: ((answered: Answered) => void) | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private aborted: Error | undefined;
  private chunks: Uint8Array[] = [];
  private buffered = 0;
  private failure: Error | undefined;
  private reader:
    { readonly resolve: (pulled: Pulled) => void; readonly reject: (error: Error) => void } | undefined;

  /** `explain` says what it means where no answer came, by what undici, Node or the pool says. */
  constructor(signal: CancelSignal, explain: (error: Error) => Answered) {
    this.signal = signal;
    this.explain = explain;
    this.answered = new Promise((resolve) => (this.resolve = resolve));
    signal.addEventListener('abort', this.onAbort, { once: true });
  }

  /** Ends it from our side, whether or not it has a connection. */
  abort(reason: Error): void {
    if (this.isFinished || this.aborted) return;
    this.aborted = reason;
    this.fail(reason);
    this.leave?.();
    // Before it has begun, undici has nothing to abort: it is told when it begins.
    this.controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.aborted) controller.abort(this.aborted);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Those in between (RFC 9110 §15.2) say nothing of the answer.
    if (status < 200) return;
    const { rawHeaders } = controller;
    this.settle(
      ok({
        status,
        headers: Array.isArray(rawHeaders) ? pairsOf(rawHeaders) : entriesOf(headers),
        body: this,
      }),
    );
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { reader } = this;
    if (reader) {
      this.reader = undefined;
      reader.resolve({ done: false, value: chunk });
      return;
    }
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    if (this.buffered >= PAUSED_FROM) controller.pause();
  }

  onResponseEnd(): void {
    this.finish();
    this.reader?.resolve(END);
    this.reader = undefined;
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.failure = error;
    this.finish();
    this.fail(error);
    this.reader?.reject(error);
    this.reader = undefined;
  }

  next(): Promise<Pulled> {
    const chunk = this.chunks.shift();
    if (chunk) {
      this.buffered -= chunk.length;
      if (this.controller?.paused && this.buffered < RESUMED_BELOW) this.controller.resume();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.failure) return Promise.reject(this.failure);
    if (this.isFinished) return Promise.resolve(END);
    return new Promise((resolve, reject) => (this.reader = { resolve, reject }));
  }

  return(): Promise<Pulled> {
    this.chunks = [];
    this.abort(new Error('the rest of the answer is not wanted'));
    return Promise.resolve(END);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private readonly onAbort = (): void => this.abort(new Error('cancelled'));

  private fail(error: Error): void {
    if (this.resolve) this.settle(this.explain(error));
  }

  private settle(answered: Answered): void {
    this.resolve?.(answered);
    this.resolve = undefined;
  }

  private finish(): void {
    if (this.isFinished) return;
    this.isFinished = true;
    this.signal.removeEventListener('abort', this.onAbort);
    this.release?.();
  }
}

const END: Pulled = { done: true, value: undefined };

/** As they stand on the wire (RFC 9110 §5.5: every byte is a character). */
function pairsOf(raw: readonly (Buffer | string)[]): HeaderList {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    pairs.push([textOf(raw[index]!).toLowerCase(), textOf(raw[index + 1]!)]);
  }
  return pairs;
}

function textOf(value: Buffer | string): string {
  return typeof value === 'string' ? value : value.toString('latin1');
}

function entriesOf(headers: Readonly<Record<string, string | string[] | undefined>>): HeaderList {
  return Object.entries(headers).flatMap(([name, value = '']) =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const),
  );
}
