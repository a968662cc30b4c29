import type { JournalEvent } from '../../journal/event.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import { addEvent, emptyBatch, type EventBatch, type NewPart } from './event-batch.ts';
import { Gaps } from './gaps.ts';

/** What the durability level `normal` promises: the unacknowledged rest is never more than this. */
const GROUP_COMMIT = { millis: 5, events: 256, bytes: 1024 * 1024 };
/** What waits for a journal that cannot be written; beyond that it is left out, and the runs say so. */
const LARGEST_WAITING = 64 * 1024 * 1024;
const RETRY_MS = 1_000;
const TOO_SLOW = 'events came faster than they could be written';

/** Groups that are written together where so many wait. */
export const MOST_TOGETHER = 8;
/** What is on its way to the writer, nearly: it never waits for us, and what waits is ours to leave out. */
const MOST_IN_HAND = 16 * 1024 * 1024;

export interface EventQueuePorts {
  /** Writes a group when those posted before are written; rejects where it was not, and then rejects all that were posted after it. */
  post(batch: EventBatch): Promise<readonly RunSummary[]>;
  /** One transaction, when nothing that was posted is under way; rejects where nothing of it was written. */
  write(batches: readonly EventBatch[]): Promise<readonly RunSummary[]>;
  /** Whether another try may go better; what cannot be written at all is left out. */
  mayRecover(error: Error): boolean;
  committed(runs: readonly RunSummary[]): void;
  /** Told why nothing can be written now, and when it can be again. */
  stopped(reason: string | undefined): void;
  /** Parts of bodies that were sent are lost. */
  partsLost(): void;
}

/** Events that are committed together. */
interface Group {
  readonly batch: EventBatch;
  /** What it holds, nearly: characters of JSON, and parts of bodies. */
  readonly bytes: number;
}

/**
 * Events between those who record and the writer: committed in groups, in order. While the journal cannot be written
 * they wait, as far as there is room; a run of which some were left out has a gap in their place.
 */
export class EventQueue {
  private readonly ports: EventQueuePorts;
  private current = emptyBatch();
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  /** In order; the first ones are on their way. */
  private readonly waiting: Group[] = [];
  /** Of these, so many are; what they hold; whether what followed them is left out; why one came back. */
  private inHand = 0;
  private bytesInHand = 0;
  private isLastInHand = false;
  private cameBack: Error | undefined;
  private readonly gaps = new Gaps();
  private failure: Error | undefined;
  private retry: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  /** Groups so far: closed, and among these written or left out. */
  private closed = 0;
  private settled = 0;
  private readonly flushes: { readonly closed: number; readonly resolve: () => void }[] = [];

  constructor(ports: EventQueuePorts) {
    this.ports = ports;
  }

  add(event: JournalEvent, data: string): void {
    addEvent(this.current, event, data);
    this.bytes += data.length;
    if (this.current.seq.length >= GROUP_COMMIT.events || this.bytes >= GROUP_COMMIT.bytes) this.commit();
    else this.timer ??= setTimeout(() => this.commit(), GROUP_COMMIT.millis);
  }

  addPart(part: NewPart): void {
    this.current.parts.push(part);
    this.bytes += part.content.length;
  }

  /** Resolves when everything added so far is committed, or cannot be now. */
  flush(): Promise<void> {
    this.commit();
    if (this.settled >= this.closed || this.failure) return Promise.resolve();
    return new Promise((resolve) => this.flushes.push({ closed: this.closed, resolve }));
  }

  /** Tries a last time what waits. */
  async end(): Promise<void> {
    await this.flush();
    clearTimeout(this.retry);
    if (this.failure) await this.write();
    clearTimeout(this.retry);
  }

  /** Leaves out what is lost of a run with the journal that held it: all but that it began. */
  lose(started: JournalEvent, data: string, lastSeq: number): void {
    const begun = emptyBatch();
    addEvent(begun, started, data);
    this.gaps.add(begun);
    const { runId, at, wallTime, spanId } = started;
    if (lastSeq > 1) this.gaps.extend(runId, 2, { seq: lastSeq, at, wallTime, spanId });
  }

  private commit(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.current.seq.length === 0) return;
    this.waiting.push({ batch: this.current, bytes: this.bytes });
    this.closed += 1;
    [this.current, this.bytes] = [emptyBatch(), 0];
    this.makeRoom();
    this.goOn();
  }

  /** A group is on its way as soon as it is closed; one after the other where one came back, or a gap is to be told before. */
  private goOn(): void {
    if (this.failure || this.writing) return;
    if (!this.cameBack && this.gaps.isEmpty) {
      while (this.inHand < this.waiting.length && this.bytesInHand < MOST_IN_HAND)
        this.post(this.waiting[this.inHand]!);
    } else if (this.inHand === 0) {
      if (this.cameBack) this.takeBack(this.cameBack);
      else this.writing = this.write();
    }
  }

  private takeBack(error: Error): void {
    this.cameBack = undefined;
    this.failure = error;
    if (this.isLastInHand) this.leaveOut(this.waiting.splice(0));
    // The first try may find out more, such as that the journal is damaged. Where another is of no use, only one may be to blame.
    if (this.ports.mayRecover(error)) this.pause(0);
    else this.writing = this.write(1);
  }

  private post(group: Group): void {
    this.inHand += 1;
    this.bytesInHand += group.bytes;
    const back = () => {
      this.inHand -= 1;
      this.bytesInHand -= group.bytes;
    };
    void this.ports.post(group.batch).then(
      (runs) => {
        this.waiting.shift();
        back();
        if (runs.length > 0) this.ports.committed(runs);
        this.settle([group]);
        this.goOn();
      },
      (error: Error) => {
        back();
        this.cameBack ??= error;
        this.goOn();
      },
    );
  }

  /** Until nothing waits, or nothing can be written. */
  private async write(together = MOST_TOGETHER): Promise<void> {
    while (this.waiting.length > 0 || !this.gaps.isEmpty) {
      // What says that something is missing comes before what follows it.
      const instead = this.gaps.isEmpty ? undefined : this.gaps.take(this.failure?.message ?? TOO_SLOW);
      const batches = instead ? [instead] : this.waiting.slice(0, together).map(({ batch }) => batch);
      this.inHand = instead ? 0 : batches.length;
      this.isLastInHand = false;
      try {
        const runs = await this.ports.write(batches);
        this.inHand = 0;
        this.ports.committed(runs);
        if (!instead) this.settle(this.waiting.splice(0, batches.length));
        together = MOST_TOGETHER;
      } catch (error) {
        this.failure = error as Error;
        this.inHand = 0;
        if (this.ports.mayRecover(this.failure)) {
          if (instead) this.gaps.add(instead);
          else if (this.isLastInHand) this.leaveOut(this.waiting.splice(0));
          return this.pause();
        }
        if (batches.length > 1) together = 1;
        // Where even that cannot be written there is no run to say it in.
        else if (!instead) this.leaveOut(this.waiting.splice(0, 1));
      }
    }
    this.writing = undefined;
    if (this.failure) this.ports.stopped(undefined);
    this.failure = undefined;
  }

  private pause(millis = RETRY_MS): void {
    this.writing = undefined;
    this.ports.stopped(this.failure!.message);
    for (const { resolve } of this.flushes.splice(0)) resolve();
    this.retry = setTimeout(() => (this.writing ??= this.write()), millis);
  }

  private makeRoom(): void {
    const size = this.waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    if (size <= LARGEST_WAITING) return;
    this.isLastInHand = this.inHand > 0;
    this.leaveOut(this.waiting.splice(this.inHand));
  }

  private leaveOut(groups: readonly Group[]): void {
    for (const { batch } of groups) this.gaps.add(batch);
    this.ports.partsLost();
    this.settle(groups);
  }

  private settle(groups: readonly Group[]): void {
    this.settled += groups.length;
    while (this.flushes.length > 0 && this.flushes[0]!.closed <= this.settled)
      this.flushes.shift()!.resolve();
  }
}
