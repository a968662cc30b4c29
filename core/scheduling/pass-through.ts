import { concat } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import type { Nanos } from '../base/units.ts';
import type { BodyRef, CallError, Dialect } from '../journal/event.ts';
import type { Recorder } from '../journal/recorder.ts';
import { dialectErrorEvent } from './dialect-error.ts';
import { headerOf } from './headers.ts';
import { observeAnswer, type Observation } from './observation.ts';
import type { Reply } from './reply.ts';
import type { HeaderList, UpstreamResponse } from './upstream.ts';
import type { SpanRef } from './work.ts';

export interface Passage {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly reply: Reply;
  readonly span: SpanRef;
  readonly dialect: Dialect;
  readonly response: Pick<UpstreamResponse, 'status' | 'headers'>;
  /** The answer's body from its first byte on; throws where it breaks off. */
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly replyHeaders: HeaderList;
  /** Told of each piece as it arrives. */
  readonly sawChunk: () => void;
  /** Why the attempt was aborted, where a deadline of ours has passed. */
  readonly timedOut: () => CallError | undefined;
}

export type Passed =
  | { readonly kind: 'client-gone'; readonly body: BodyRef }
  /** The answer went to the client; `error` where it broke off on the way. */
  | {
      readonly kind: 'passed';
      readonly observation: Observation;
      readonly body: BodyRef;
      /** Of a stream its first token, of anything else its first byte. */
      readonly firstTokenAt?: Nanos;
      readonly error?: CallError;
    };

/** The recording of a body ends here; the client gets the rest all the same. */
const LARGEST_RECORDED = 32 * 1024 * 1024;

/**
 * Hands an upstream's answer to the client chunk by chunk as it arrives, and reads along. A stream that breaks off,
 * stands still, or ends before it said that it was done, ends for the client in an error event, or in a broken
 * connection where an event stands half written: never in success.
 */
export async function passThrough(passage: Passage): Promise<Passed> {
  const { clock, recorder, reply, span, dialect, response, replyHeaders } = passage;
  const contentType = headerOf(response.headers, 'content-type') ?? '';
  const encoding = headerOf(response.headers, 'content-encoding') ?? 'identity';
  const isStream = contentType.startsWith('text/event-stream');
  const observer = observeAnswer(dialect, contentType, encoding !== 'identity');
  const recorded: Uint8Array[] = [];
  let recordedLength = 0;
  let truncated = false;
  let firstTokenAt: Nanos | undefined;

  const keep = (): BodyRef => {
    const body = recorder.keepBody(concat(recorded));
    return truncated ? { ...body, truncated: true } : body;
  };
  const passed = (observation: Observation, error?: CallError): Passed => ({
    kind: 'passed',
    observation,
    body: keep(),
    ...(firstTokenAt !== undefined && { firstTokenAt }),
    ...(error && { error }),
  });
  const breakOff = (error: CallError): Passed => {
    if (isStream && observer.atBoundary) {
      void reply.write(new TextEncoder().encode(dialectErrorEvent(dialect, error)));
      reply.end();
    } else reply.reset();
    return passed(observer.end(), error);
  };

  reply.start(response.status, replyHeaders);
  try {
    for await (const chunk of passage.chunks) {
      passage.sawChunk();
      const written = reply.write(chunk);
      observer.feed(chunk);
      if (firstTokenAt === undefined && (observer.sawFirstToken || !isStream)) {
        firstTokenAt = clock.now();
        if (isStream) recorder.append('first-token-received', {}, span);
      }
      if (recordedLength + chunk.length <= LARGEST_RECORDED) {
        recorded.push(chunk);
        recordedLength += chunk.length;
      } else truncated = true;
      await written;
    }
  } catch (error) {
    if (reply.gone.aborted) return { kind: 'client-gone', body: keep() };
    const message = error instanceof Error ? error.message : String(error);
    const lost = { code: 'connection_lost', message: `the upstream's answer broke off: ${message}` };
    return breakOff(passage.timedOut() ?? lost);
  }
  if (reply.gone.aborted) return { kind: 'client-gone', body: keep() };
  const observation = observer.end();
  if (!observation.complete) {
    return breakOff({
      code: 'stream_truncated',
      message: "the upstream's stream ended before it said that it was done",
    });
  }
  reply.end();
  return passed(observation);
}
