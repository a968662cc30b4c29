import type { ServerResponse } from 'node:http';
import type { Timers } from '../../base/clock.ts';
import type { Millis } from '../../base/units.ts';
import { encodeEvent, KEEP_ALIVE } from '../../mcp/event-stream.ts';

/** A client that hears nothing for five minutes gives up; proxies do earlier. */
const KEEP_ALIVE_MS: Millis = 15_000;
/** A client that reads nothing for so long is not waited for. */
const SLOWEST_MS: Millis = 60_000;
const COME_BACK_AFTER_MS: Millis = 1_000;
/** What is kept of a stream for a client that comes back. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

export interface StreamOptions {
  readonly id: string;
  /** Of the response, besides its type. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the client takes; where it takes both, an answer that comes alone is JSON, unless the stream is primed. */
  readonly accepts: { readonly json: boolean; readonly events: boolean };
  /** Whether a client can come back with the id of the last event that it saw. */
  readonly resumable: boolean;
  /** Begins at once, with an event that tells the client so: protocols before 2025-11-25 do not expect that. */
  readonly primed: boolean;
}

/** The messages to an agent that go out in one HTTP response or, where it comes back for the rest, in several. */
export class MessageStream {
  readonly id: string;
  private readonly timers: Timers;
  private readonly options: StreamOptions;
  private response: ServerResponse | undefined;
  private cancelTimer: () => void = () => undefined;
  private isEvents = false;
  private count = 0;
  private kept: { readonly number: number; readonly text: string }[] = [];
  private keptBytes = 0;
  private ended = false;
  /** The client closed the connection before the stream had ended. */
  onLeft: () => void = () => undefined;

  constructor(timers: Timers, options: StreamOptions) {
    this.id = options.id;
    this.timers = timers;
    this.options = options;
  }

  /** Whether somebody is there who takes more than the one answer. */
  get takesEvents(): boolean {
    return this.response !== undefined && this.options.accepts.events;
  }

  get isOver(): boolean {
    return this.ended;
  }

  /** Whether it has begun as events: from then on nothing is lost when the client leaves. */
  get canResume(): boolean {
    return this.options.resumable && this.isEvents;
  }

  attach(response: ServerResponse): void {
    this.response = response;
    response.on('close', () => {
      if (this.response !== response) return;
      this.detach();
      if (!this.ended) this.onLeft();
    });
    const { json, events } = this.options.accepts;
    if (!json || (events && this.options.primed)) this.open();
    else if (events) this.cancelTimer = this.timers.after(KEEP_ALIVE_MS, () => this.open());
  }

  /** Goes on after the event of that number. */
  resume(response: ServerResponse, after: number): void {
    this.attach(response);
    this.open();
    for (const { number, text } of this.kept) if (number > after) response.write(text);
    if (this.ended) this.close();
  }

  /**
   * False where the connection takes no more for now: then `onDrained` is called once it does, or is gone. With `last`
   * the stream is over.
   */
  send(text: string, last: boolean, onDrained: () => void, status = 200): boolean {
    this.ended ||= last;
    const { response, options } = this;
    if (last && !this.isEvents && options.accepts.json) {
      const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      response?.writeHead(status, { ...options.headers, ...length }).end(text);
      this.detach();
      return true;
    }
    if (response) this.open();
    else if (!this.canResume) return true;
    const event = this.eventOf(text);
    const isTaken = response?.write(event) ?? true;
    if (last) this.close();
    else if (!isTaken && response) {
      const giveUp = this.timers.after(SLOWEST_MS, () => response.destroy());
      const drained = () => {
        giveUp();
        response.off('drain', drained);
        response.off('close', drained);
        onDrained();
      };
      response.on('drain', drained).on('close', drained);
      return false;
    }
    return true;
  }

  /** Ends the response, with nothing more to say. */
  end(): void {
    this.ended = true;
    if (this.response) this.open();
    this.close();
  }

  private open(): void {
    const { response } = this;
    if (!response || response.headersSent) return;
    this.isEvents = true;
    response.writeHead(200, {
      ...this.options.headers,
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    if (this.options.primed && this.count === 0) response.write(this.eventOf('', COME_BACK_AFTER_MS));
    this.keepAlive();
  }

  private keepAlive(): void {
    this.cancelTimer();
    this.cancelTimer = this.timers.after(KEEP_ALIVE_MS, () => {
      this.response?.write(KEEP_ALIVE);
      this.keepAlive();
    });
  }

  private eventOf(data: string, retry?: Millis): string {
    if (!this.options.resumable) return encodeEvent({ data });
    const number = this.count++;
    const text = encodeEvent({ id: `${this.id}.${number}`, data, ...(retry !== undefined && { retry }) });
    this.kept.push({ number, text });
    this.keptBytes += text.length;
    while (this.keptBytes > MOST_KEPT_BYTES && this.kept.length > 1) {
      this.keptBytes -= this.kept.shift()!.text.length;
    }
    return text;
  }

  private close(): void {
    this.response?.end();
    this.detach();
  }

  private detach(): void {
    this.cancelTimer();
    this.response = undefined;
  }
}

/** The stream and the number in an event's id. */
export function readEventId(id: string): { readonly stream: string; readonly number: number } | undefined {
  const [, stream, number] = /^(.+)\.(\d+)$/.exec(id) ?? [];
  return stream === undefined ? undefined : { stream, number: Number(number) };
}
