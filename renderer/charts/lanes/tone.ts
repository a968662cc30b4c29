import { KINDS, STATUSES } from '../../../core/journal/columns/span-chunk.ts';
import type { Span, SpanStatus } from '../../../core/journal/run-state.ts';

/**
 * How a box looks, in one number: how bad its span is, then what it is. Of spans that share a pixel the largest
 * tone is drawn, so that what failed is never hidden by what did not.
 */
export type Tone = number;

const KIND_BITS = 3;
/** What a chart adds to a tone of its own is above these. */
const OWN_BITS = 63;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** From what needs no look to what needs one most. */
const BY_SEVERITY = [
  'ok',
  'running',
  'cancelled',
  'interrupted',
  'error',
] as const satisfies readonly SpanStatus[];
const SEVERITIES = Uint8Array.from(STATUSES, (status) => BY_SEVERITY.indexOf(status));
const RUNNING = STATUSES.indexOf('running');

/** By their places in `KINDS` and `STATUSES`. */
export function toneOf(kind: number, status: number): Tone {
  return (SEVERITIES[status]! << KIND_BITS) | kind;
}

/** Of a span that was still open at the moment that is shown. */
export function openTone(kind: number): Tone {
  return toneOf(kind, RUNNING);
}

export function kindOfTone(tone: Tone): Span['kind'] {
  return KINDS[tone & KIND_MASK]!;
}

export function statusOfTone(tone: Tone): SpanStatus {
  return BY_SEVERITY[(tone & OWN_BITS) >> KIND_BITS]!;
}

const FIRST_ERROR = BY_SEVERITY.indexOf('error') << KIND_BITS;

/** Also of a box that was looked for. */
export function isError(tone: Tone): boolean {
  return (tone & OWN_BITS) >= FIRST_ERROR;
}
