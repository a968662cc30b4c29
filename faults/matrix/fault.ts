import type { StreamVerdict } from '../../core/journal/event.ts';
import type { Act } from '../hostile-upstream.ts';
import { isTranslated, type Lane } from './protocols.ts';

/** One call of one protocol, streamed or not. */
export interface Trial {
  readonly lane: Lane;
  readonly streaming: boolean;
}

/** What a client is left with. The last three are never right. */
export type Outcome =
  /** The whole answer of the healthy instance. */
  | 'healthy'
  /** The whole answer of the faulty one, byte for byte where it is not translated. */
  | 'as-sent'
  /** An error's status, in the client's own error shape. */
  | 'refused'
  /** The faulty one's own answer with an error's status, byte for byte. */
  | 'passed-on'
  /** A stream whose last event is an error. */
  | 'error-event'
  /** A connection that broke after its headers. */
  | 'broken'
  /** A clean end of something that is not whole. */
  | 'false-success'
  /** A connection that broke before an answer. */
  | 'no-answer'
  /** Nothing within the client's patience. */
  | 'hang';

export interface Expectation {
  /** Where another instance could answer. */
  readonly pair: Outcome;
  /** Where none could. */
  readonly alone: Outcome;
  /** The error that the journal has for the attempt at the faulty one; none where it is no error. */
  readonly error?: string | RegExp;
  readonly verdict?: StreamVerdict;
  /** What the attempt says of the instance, for its breaker. */
  readonly counts: 'success' | 'failure' | 'ignored';
  /** For so long it is left alone then; within a second. */
  readonly coolsMs?: number;
}

export interface Fault {
  readonly name: string;
  /** Its row in the catalogue. */
  readonly row: number;
  readonly applies?: (trial: Trial) => boolean;
  /** What the server does with the request; a port with no server, or a name that is none, where nothing answers. */
  readonly does:
    | { readonly acts: (trial: Trial) => readonly Act[] }
    | { readonly greets: readonly Act[] }
    | 'refuses'
    | 'has-no-name';
  readonly expect: (trial: Trial) => Expectation;
  /** It shows only where somebody stops waiting, so the deadlines are short. */
  readonly waits?: true;
}

export const streamed = ({ streaming }: Trial): boolean => streaming;
export const notStreamed = ({ streaming }: Trial): boolean => !streaming;
/** A protocol whose streams say when they are done, so that a cut is seen. */
export const speaksOfItsEnd = ({ lane, streaming }: Trial): boolean =>
  streaming && lane.upstream.terminator !== undefined;
export const isService = ({ lane }: Trial): boolean => lane.name === 'service';
export const translated = ({ lane }: Trial): boolean => isTranslated(lane);

/** Nothing has reached the client: another instance answers, and without one the client is told. */
export function failsOver(error: string | RegExp, alone: Outcome = 'refused'): Expectation {
  return { pair: 'healthy', alone, error, counts: 'failure' };
}

/** The instance speaks another dialect, and has answered what cannot be said in the client's: that is nobody's failure. */
export function cannotBeSaid(error: string | RegExp): Expectation {
  return { ...failsOver(error), counts: 'ignored' };
}

/** Something has reached the client: no other instance may answer, and nobody may take it for the whole. */
export function breaksOff(
  how: 'error-event' | 'broken',
  error: string | RegExp,
  verdict?: StreamVerdict,
): Expectation {
  return { pair: how, alone: how, error, counts: 'failure', ...(verdict && { verdict }) };
}

/** It is odd, but it is an answer. */
export function passes({ streaming }: Trial): Expectation {
  return {
    pair: 'as-sent',
    alone: 'as-sent',
    counts: 'success',
    ...(streaming && { verdict: 'complete' as const }),
  };
}
