import type { CallError } from '../../journal/event.ts';
import type { WireDialect } from '../dialect.ts';
import { errorEvent } from '../errors/own-error.ts';
import { readErrorInAnswer, readErrorInEvent } from '../errors/upstream-error.ts';
import { isObject, parseJson, textAt, type JsonObject } from '../json-access.ts';
import { readSse } from '../sse/read-sse.ts';
import { Findings } from './findings.ts';
import type { StreamFailure, StreamTranslator } from './translation.ts';

/** The part of a translator that knows both dialects: it emits whole events, and notes what it cannot say. */
export interface StreamSteps {
  event(body: JsonObject): void;
  /** The word `[DONE]` in place of an event. */
  done(): void;
  /** Nothing more comes. */
  end(): void;
  /** Everything has been said. */
  readonly ended: boolean;
}

export type Emit = (event: string) => void;

/** A translator into the dialect of `client`. */
export function translateStream(
  client: WireDialect,
  steps: (emit: Emit, findings: Findings) => StreamSteps,
): StreamTranslator {
  const findings = new Findings();
  let output = '';
  let failure: StreamFailure | undefined;
  /** Nothing more comes: what is no whole event now has been cut off. */
  let isOver = false;
  const step = steps((event) => (output += event), findings);

  const failWith = (kind: StreamFailure['kind'], error: CallError) => {
    failure = { kind, error };
    output += errorEvent(client, error);
  };
  const check = () => {
    const [first] = findings.refused;
    if (!first || failure) return;
    const message = `The answer cannot be passed on in the dialect of the call: ${first.field}: ${first.reason}.`;
    failWith('untranslatable', { code: 'untranslatable_answer', message, status: 502 });
  };
  const failAsCut = () => {
    const message = "the upstream's stream ended before it said that it was done";
    failWith('cut', { code: 'stream_truncated', message });
  };
  const readBody = (name: string, data: string) => {
    const body = parseJson(data);
    const error = readErrorInEvent(name, body ?? data);
    if (error) failWith('error-in-200', error);
    else if (isObject(body))
      step.event(textAt(body, 'type') === '' && name !== '' ? { ...body, type: name } : body);
    else if (isOver) failAsCut();
    else findings.refuse('data', 'an event is not JSON');
  };
  const sse = readSse({
    event(name, data) {
      if (failure || step.ended || data === '') return;
      if (data.trim() === '[DONE]') step.done();
      else readBody(name, data);
      check();
    },
    errorField(value) {
      if (failure || step.ended) return;
      const error = readErrorInAnswer({ error: parseJson(value) ?? value });
      if (error) failWith('error-in-200', error);
    },
    tooLarge() {
      if (failure || step.ended) return;
      if (isOver) return failAsCut();
      findings.refuse('data', 'an event is too large to be read');
      check();
    },
  });
  const take = () => {
    const taken = output;
    output = '';
    return taken;
  };

  return {
    feed(chunk) {
      sse.feed(chunk);
      return take();
    },
    end() {
      isOver = true;
      sse.end();
      if (!failure && !step.ended) {
        step.end();
        check();
      }
      if (!failure && !step.ended) failAsCut();
      return take();
    },
    get failure() {
      return failure;
    },
    get leftOut() {
      return findings.leftOut;
    },
  };
}
