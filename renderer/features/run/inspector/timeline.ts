import type { Nanos } from '../../../../core/base/units.ts';
import type { AttemptSpan, CallSpan, Span, Wait } from '../../../../core/journal/run-state.ts';

export type Moment =
  | 'started'
  | 'received'
  | 'queued'
  | 'dequeued'
  | 'backing-off'
  | 'fell-back'
  | 'routed'
  | 'attempt-started'
  | 'headers'
  | 'first-token'
  | 'attempt-ended'
  | 'ended';

export interface TimelineEntry {
  readonly moment: Moment;
  readonly at: Nanos;
  /** Since the entry before; 0 for the first. */
  readonly step: Nanos;
  readonly attempt?: number;
}

type Draft = Omit<TimelineEntry, 'step'>;

/** The moments of a span in order, as far as they have come. */
export function timelineOf(span: Span, attempts: readonly AttemptSpan[]): readonly TimelineEntry[] {
  const drafts: Draft[] =
    span.kind === 'call'
      ? callMoments(span, attempts)
      : span.kind === 'attempt'
        ? attemptMoments(span)
        : [{ moment: 'started', at: span.startedAt }];
  if (span.endedAt !== undefined && span.kind !== 'attempt')
    drafts.push({ moment: 'ended', at: span.endedAt });
  drafts.sort((a, b) => a.at - b.at);
  return drafts.map((draft, index) => ({ ...draft, step: draft.at - drafts[Math.max(0, index - 1)]!.at }));
}

function callMoments(call: CallSpan, attempts: readonly AttemptSpan[]): Draft[] {
  return [
    { moment: 'received', at: call.startedAt },
    ...call.waits.flatMap(waitMoments),
    // A decision that found nobody is followed by what was done about it.
    ...call.routes
      .filter(({ pick }) => pick.chosen !== undefined)
      .map(({ at, attempt }): Draft => ({ moment: 'routed', at, attempt })),
    ...call.fallbacks.map(({ at }): Draft => ({ moment: 'fell-back', at })),
    ...attempts.flatMap(attemptMoments),
  ];
}

function waitMoments({ because, at, endedAt }: Wait): Draft[] {
  if (because === 'backoff') return [{ moment: 'backing-off', at }];
  return [
    { moment: 'queued', at },
    ...(endedAt === undefined ? [] : [{ moment: 'dequeued', at: endedAt } as const]),
  ];
}

function attemptMoments({ attempt, startedAt, headersAt, firstTokenAt, endedAt }: AttemptSpan): Draft[] {
  const moments: readonly (readonly [Moment, Nanos | undefined])[] = [
    ['attempt-started', startedAt],
    ['headers', headersAt],
    ['first-token', firstTokenAt],
    ['attempt-ended', endedAt],
  ];
  return moments.flatMap(([moment, at]) => (at === undefined ? [] : [{ moment, at, attempt }]));
}
