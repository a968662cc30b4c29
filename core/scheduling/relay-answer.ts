import { concat } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { NANOS_PER_MILLI, type Nanos } from '../base/units.ts';
import { errorEvent } from '../dialects/errors/own-error.ts';
import type { Observation } from '../dialects/observation/observer.ts';
import type { BodyRef, CallError, ChunkTiming, StreamVerdict } from '../journal/event.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Call } from './call.ts';
import { STREAM_TRUNCATED, type PassingAnswer } from './passing-answer.ts';
import type { Reply } from './reply.ts';
import type { HeaderList } from './upstream.ts';
import type { SpanRef } from './work.ts';

export interface Passage {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly reply: Reply;
  readonly span: SpanRef;
  readonly call: Call;
  readonly answer: PassingAnswer;
  readonly status: number;
  readonly replyHeaders: HeaderList;
  /** What has passed the reader already, as the client is to get it. */
  readonly begun: Uint8Array;
  /** The rest of the upstream's body; throws where it breaks off. Absent where that was all. */
  readonly rest?: AsyncIterator<Uint8Array>;
  /** Told when the answer has moved on. */
  readonly progressed: () => void;
  /** Why the attempt was aborted, where a deadline of ours has passed. */
  readonly timedOut: () => CallError | undefined;
}

/** An answer that has been handed over, as far as it came. */
export interface Passed {
  readonly verdict: StreamVerdict;
  readonly observation: Observation;
  readonly body: BodyRef;
  /** How its pieces came, so that it can be given again at the same pace; of streams. */
  readonly timing?: readonly ChunkTiming[];
  /** Of a stream its first token, of anything else its first byte. */
  readonly firstTokenAt?: Nanos;
  /** Set unless it came whole. */
  readonly error?: CallError;
}

/** The recording of a body ends here; the client gets the rest all the same. */
const LARGEST_RECORDED = 32 * 1024 * 1024;
/** More pieces than these are told together. */
const MOST_TIMINGS = 512;

/**
 * Hands an upstream's answer to the client piece by piece as it arrives. A stream that breaks off, stands still, or ends
 * before it said that it was done, ends for the client in an error event, or in a broken connection where an event
 * stands half written: never in success.
 */
export async function relayAnswer(passage: Passage): Promise<Passed> {
  const { clock, recorder, reply, span, answer } = passage;
  const recording = new Recording(recorder, clock);
  let firstTokenAt: Nanos | undefined;

  const give = (bytes: Uint8Array): Promise<void> | undefined => {
    if (firstTokenAt === undefined && (answer.sawFirstToken || !answer.isStream)) {
      firstTokenAt = clock.now();
      if (answer.isStream) recorder.append('first-token-received', {}, span);
    }
    if (bytes.length === 0) return undefined;
    recording.add(bytes);
    return reply.write(bytes);
  };
  const passed = (verdict: StreamVerdict, error?: CallError): Passed => ({
    verdict,
    observation: answer.end(),
    body: recording.keep(),
    ...(answer.isStream && { timing: recording.timing }),
    ...(firstTokenAt !== undefined && { firstTokenAt }),
    ...(error && { error }),
  });
  const breakOff = (verdict: StreamVerdict, error: CallError): Passed => {
    const { wire } = passage.call;
    if (answer.isStream && wire && answer.atBoundary) {
      void give(new TextEncoder().encode(errorEvent(wire, error, answer.nextSequence)));
      reply.end();
    } else reply.reset();
    return passed(verdict, error);
  };

  reply.start(passage.status, passage.replyHeaders);
  try {
    const taken = give(passage.begun);
    if (taken) await taken;
    const { rest } = passage;
    for (let next = rest && (await rest.next()); next && !next.done; next = await rest!.next()) {
      const before = answer.progress;
      const bytes = answer.feed(next.value);
      if (answer.progress > before) passage.progressed();
      const taken = give(bytes);
      if (taken) await taken;
      // What the translator has said then ends in the client's own error event.
      if (answer.translationFailure) break;
    }
  } catch (error) {
    if (reply.gone.aborted) return passed('cancelled-by-client', CLIENT_GONE);
    const timeout = passage.timedOut();
    if (timeout) return breakOff('stalled', timeout);
    const message = error instanceof Error ? error.message : String(error);
    const lost = `the upstream's answer broke off: ${message}`;
    return breakOff('cut', { code: 'connection_lost', message: lost });
  }
  if (reply.gone.aborted) return passed('cancelled-by-client', CLIENT_GONE);
  const finish = answer.finish();
  const taken = give(finish.rest);
  if (taken) await taken;
  if (finish.error) {
    reply.end();
    return passed(finish.verdict ?? 'error-in-200', finish.error);
  }
  const { verdict, error } = answer.end();
  if (verdict === 'cut') return breakOff('cut', STREAM_TRUNCATED);
  reply.end();
  return passed(verdict, error);
}

/** The client left: neither the call nor the instance has failed. */
export const CLIENT_GONE: CallError = {
  code: 'client_gone',
  message: 'the client closed its connection before the answer was complete',
};

/** What the client was given, and when. */
class Recording {
  readonly timing: ChunkTiming[] = [];
  private readonly recorder: Recorder;
  private readonly clock: Clock;
  private readonly startedAt: Nanos;
  private readonly pieces: Uint8Array[] = [];
  private length = 0;
  private truncated = false;

  constructor(recorder: Recorder, clock: Clock) {
    this.recorder = recorder;
    this.clock = clock;
    this.startedAt = clock.now();
  }

  add(bytes: Uint8Array): void {
    const atMs = Math.round((this.clock.now() - this.startedAt) / NANOS_PER_MILLI);
    const last = this.timing.at(-1);
    if (last && (last[0] === atMs || this.timing.length >= MOST_TIMINGS)) {
      this.timing[this.timing.length - 1] = [last[0], last[1] + bytes.length];
    } else this.timing.push([atMs, bytes.length]);
    if (this.length + bytes.length <= LARGEST_RECORDED) {
      this.pieces.push(bytes);
      this.length += bytes.length;
    } else this.truncated = true;
  }

  keep(): BodyRef {
    const body = this.recorder.keepBody(concat(this.pieces));
    return this.truncated ? { ...body, truncated: true } : body;
  }
}
