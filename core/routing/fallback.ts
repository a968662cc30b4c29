import type { ErrorClass } from '../journal/event.ts';

/** Classes of failure that something may be done about; a bad request is bad everywhere. */
export const FALLBACK_CLASSES = [
  'rate-limit',
  'billing',
  'timeout',
  'server-error',
  'context-window',
  'content-policy',
  'auth',
] as const satisfies readonly ErrorClass[];
export type FallbackClass = (typeof FALLBACK_CLASSES)[number];

/** What to do with a call that failed where it was. */
export type FallbackStep =
  | { readonly kind: 'none' }
  | { readonly kind: 'next-tier' }
  | { readonly kind: 'group' | 'instance'; readonly name: string }
  /** A text that is given as the answer, marked as such. */
  | { readonly kind: 'answer'; readonly text: string }
  /** The client is told to ask later; the call waits. */
  | { readonly kind: 'queue' };

export interface FallbackPolicy {
  readonly byClass: Readonly<Record<FallbackClass, FallbackStep>>;
  /** After the last tier. */
  readonly exhausted: FallbackStep;
}

const NEXT: FallbackStep = { kind: 'next-tier' };
const NONE: FallbackStep = { kind: 'none' };

/** A refusal for its content is not taken elsewhere unless somebody asked for it. */
export const DEFAULT_FALLBACK: FallbackPolicy = {
  byClass: {
    'rate-limit': NEXT,
    billing: NEXT,
    timeout: NEXT,
    'server-error': NEXT,
    'context-window': NEXT,
    'content-policy': NONE,
    auth: NEXT,
  },
  exhausted: NONE,
};

/** The step after a failure of this class; a bad request and a client that left are never tried again. */
export function stepFor(policy: FallbackPolicy, error: ErrorClass): FallbackStep {
  if (error === 'bad-request' || error === 'cancelled') return NONE;
  // Another instance may speak the client's own dialect.
  return error === 'untranslatable' ? NEXT : policy.byClass[error];
}
