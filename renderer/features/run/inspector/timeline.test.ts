import { expect, test } from 'vitest';
import { agentSpan, attemptSpan, callSpan } from '../sample-spans.ts';
import { timelineOf } from './timeline.ts';

const read = (entries: ReturnType<typeof timelineOf>) =>
  entries.map(({ moment, at, step, attempt }) => `${moment}${attempt ?? ''} ${at} +${step}`);

test('a call that was tried twice', () => {
  const nobody = { strategy: 'random', probability: 1, considered: [], inputs: {} };
  const pick = { ...nobody, chosen: 'a' };
  const target = { kind: 'pool', name: 'p' } as const;
  const call = callSpan({
    startedAt: 10,
    endedAt: 90,
    status: 'ok',
    routes: [
      { attempt: 1, at: 11, target, pick },
      { attempt: 1, at: 27, target, pick: nobody },
      { attempt: 2, at: 30, target, pick },
    ],
    waits: [
      { at: 10, endedAt: 11, because: 'queue' },
      { at: 27, endedAt: 28, because: 'backoff' },
    ],
    fallbacks: [{ at: 29, from: 'p', to: { kind: 'group', name: 'g' }, because: 'timeout' }],
  });
  const attempts = [
    attemptSpan({ startedAt: 12, headersAt: 25, endedAt: 26, status: 'error' }),
    attemptSpan({ attempt: 2, startedAt: 31, headersAt: 40, firstTokenAt: 50, endedAt: 88, status: 'ok' }),
  ];
  expect(read(timelineOf(call, attempts))).toEqual([
    'received 10 +0',
    'queued 10 +0',
    'dequeued 11 +1',
    'routed1 11 +0',
    'attempt-started1 12 +1',
    'headers1 25 +13',
    'attempt-ended1 26 +1',
    'backing-off 27 +1',
    'fell-back 29 +2',
    'routed2 30 +1',
    'attempt-started2 31 +1',
    'headers2 40 +9',
    'first-token2 50 +10',
    'attempt-ended2 88 +38',
    'ended 90 +2',
  ]);
});

test('what has not come yet is not there', () => {
  expect(read(timelineOf(callSpan({ startedAt: 5 }), []))).toEqual(['received 5 +0']);
  expect(read(timelineOf(agentSpan({ endedAt: 7 }), []))).toEqual(['started 0 +0', 'ended 7 +7']);
  expect(read(timelineOf(attemptSpan({ startedAt: 1, endedAt: 2 }), []))).toEqual([
    'attempt-started1 1 +0',
    'attempt-ended1 2 +1',
  ]);
});
