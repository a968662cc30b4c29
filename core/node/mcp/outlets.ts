import type { ServerResponse } from 'node:http';
import type { Timers } from '../../base/clock.ts';
import type { Millis } from '../../base/units.ts';
import { MessageStream, readEventId, type StreamOptions } from './message-stream.ts';

/** How long a stream waits for a client that has left, or that may not have seen its end. */
const COME_BACK_MS: Millis = 60_000;
/** What is kept while nobody listens. */
const BACKLOG = { count: 1_000, bytes: 1024 * 1024 };

export type OutletOptions = Pick<StreamOptions, 'headers' | 'accepts'>;

export interface OutletEvents {
  /** Called when the client of a stream has left, and it will not come back for the rest. */
  onLost(stream: MessageStream): void;
  /** The backlog is full. */
  onDropped(bytes: number): void;
}

/** The ways to one agent: the responses to its requests, and those to its GETs. */
export class Outlets {
  private readonly timers: Timers;
  private readonly events: OutletEvents;
  private readonly isResumable: boolean;
  private readonly streams = new Map<string, MessageStream>();
  /** Responses to GETs, the newest last. */
  private listening: MessageStream[] = [];
  private backlog: string[] = [];
  private backlogBytes = 0;
  private count = 0;
  /** Since 2025-11-25 a stream begins with an empty event. */
  isPrimed = false;

  constructor(timers: Timers, isResumable: boolean, events: OutletEvents) {
    this.timers = timers;
    this.isResumable = isResumable;
    this.events = events;
  }

  /** Whether any connection of the agent is open. */
  get isAttended(): boolean {
    return [...this.streams.values(), ...this.listening].some((stream) => stream.takesEvents);
  }

  /** The way for what answers the request of that response. */
  open(response: ServerResponse, options: OutletOptions): MessageStream {
    const id = `${++this.count}`;
    const { isResumable: resumable } = this;
    const stream = new MessageStream(this.timers, {
      ...options,
      id,
      resumable,
      primed: this.isPrimed && resumable,
    });
    this.streams.set(id, stream);
    stream.onLeft = () => this.leave(stream);
    stream.attach(response);
    if (options.accepts.events) this.catchUp(stream);
    return stream;
  }

  /** The way for what the server says by itself. */
  listen(response: ServerResponse, options: OutletOptions): void {
    this.listening.push(this.open(response, options));
  }

  /** Goes on after the event that a client saw last; false where that is not known any more. */
  resume(response: ServerResponse, lastEventId: string): boolean {
    const at = readEventId(lastEventId);
    const stream = at && this.streams.get(at.stream);
    if (!stream?.canResume) return false;
    stream.resume(response, at!.number);
    return true;
  }

  /** Where something goes that answers nothing; a GET where there is one, else whoever waits for an answer. */
  forUnrelated(answering: readonly MessageStream[]): MessageStream | undefined {
    const open = [...answering, ...this.listening].findLast((stream) => stream.takesEvents);
    return open ?? this.listening.findLast((stream) => stream.canResume);
  }

  /** Keeps a message until somebody listens. */
  keep(text: string): void {
    this.backlog.push(text);
    this.backlogBytes += text.length;
    while (this.backlog.length > BACKLOG.count || this.backlogBytes > BACKLOG.bytes) {
      const bytes = this.backlog.shift()?.length ?? 0;
      this.backlogBytes -= bytes;
      this.events.onDropped(bytes);
    }
  }

  /** A stream that is over is kept for a while, since its end may not have arrived. */
  finish(stream: MessageStream): void {
    if (stream.canResume) this.timers.after(COME_BACK_MS, () => this.forget(stream));
    else this.forget(stream);
  }

  close(): void {
    for (const stream of this.streams.values()) stream.end();
    this.streams.clear();
    this.listening = [];
  }

  private catchUp(stream: MessageStream): void {
    const waiting = this.backlog;
    this.backlog = [];
    this.backlogBytes = 0;
    for (const text of waiting) stream.send(text, false, () => undefined);
  }

  private leave(stream: MessageStream): void {
    if (!stream.canResume) {
      this.forget(stream);
      return this.events.onLost(stream);
    }
    this.timers.after(COME_BACK_MS, () => {
      if (stream.takesEvents || stream.isOver) return;
      this.forget(stream);
      this.events.onLost(stream);
    });
  }

  private forget(stream: MessageStream): void {
    this.streams.delete(stream.id);
    this.listening = this.listening.filter((one) => one !== stream);
  }
}
