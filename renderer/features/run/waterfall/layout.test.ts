import { expect, test } from 'vitest';
import type { AttemptSpan, CallSpan } from '../../../../core/journal/run-state.ts';
import { agentSpan, attemptSpan, callSpan } from '../sample-spans.ts';
import { followEnd, panTo, segmentsOf, wholeWindow, zoomAround } from './layout.ts';

function segments(call: Partial<CallSpan>, attempts: Partial<AttemptSpan>[], now = 100): string {
  const row = {
    span: callSpan(call),
    level: 2,
    expanded: false,
    parent: 0,
    attempts: attempts.map((given) => attemptSpan(given)),
  };
  return segmentsOf(row, now)
    .map(({ kind, from, to }) => `${kind} ${from}-${to}`)
    .join(', ');
}

test('a streamed call waits, then for its first token, then generates', () => {
  const times = { startedAt: 10, firstTokenAt: 40, endedAt: 90, status: 'ok' } as const;
  expect(segments({ status: 'ok', endedAt: 90 }, [times])).toBe(
    'waiting 0-10, first-token 10-40, generating 40-90',
  );
});

test('what still runs goes on until now', () => {
  expect(segments({}, [])).toBe('waiting 0-100');
  expect(segments({}, [{ startedAt: 10 }])).toBe('waiting 0-10, first-token 10-100');
  expect(segments({}, [{ startedAt: 10, firstTokenAt: 40 }])).toBe(
    'waiting 0-10, first-token 10-40, generating 40-100',
  );
});

test('an answer that does not stream counts from its head', () => {
  const times = { headersAt: 80, endedAt: 85, status: 'ok' } as const;
  expect(segments({ status: 'ok', endedAt: 85 }, [times])).toBe('first-token 0-80, generating 80-85');
});

test('a failed attempt, the wait before the next one, and its success', () => {
  const failed = { startedAt: 5, headersAt: 20, endedAt: 20, status: 'error' } as const;
  const good = { startedAt: 30, firstTokenAt: 50, endedAt: 80, status: 'ok' } as const;
  expect(segments({ status: 'ok', endedAt: 80 }, [failed, good])).toBe(
    'waiting 0-5, failed 5-20, waiting 20-30, first-token 30-50, generating 50-80',
  );
});

test('a stream that breaks off has failed from its first token on', () => {
  const broken = { firstTokenAt: 40, endedAt: 60, status: 'error' } as const;
  expect(segments({ status: 'error', endedAt: 60 }, [broken])).toBe('first-token 0-40, failed 40-60');
});

test('a call that was never tried ends in its own way', () => {
  expect(segments({ status: 'error', endedAt: 3 }, [])).toBe('failed 0-3');
  expect(segments({ status: 'cancelled', endedAt: 3 }, [])).toBe('cut 0-3');
});

test('an agent is one bar', () => {
  const row = { span: agentSpan(), level: 1, expanded: true, attempts: [], parent: -1 };
  expect(segmentsOf(row, 70)).toEqual([{ kind: 'agent', from: 0, to: 70 }]);
});

test('zooming keeps the place under the pointer, and never leaves the run', () => {
  const end = 1e9;
  const near = zoomAround(wholeWindow(end), 5e8, 0.5, end);
  expect(near.to - near.from).toBeCloseTo(0.56e9);
  expect((5e8 - near.from) / (near.to - near.from)).toBeCloseTo(5e8 / 1.12e9);
  expect(zoomAround(near, 5e8, 100, end)).toEqual(wholeWindow(end));
  expect(zoomAround(wholeWindow(end), 0, 1e-12, end)).toEqual({ from: 0, to: 10_000 });
});

test('panning stops at both ends', () => {
  expect(panTo({ from: -50e6, to: 150e6 }, 1e9)).toEqual({ from: 0, to: 200e6 });
  expect(panTo({ from: 2e9, to: 2.2e9 }, 1e9).to).toBeCloseTo(1.12e9);
});

test('following keeps the end in sight', () => {
  const window = followEnd({ from: 0, to: 1e9 }, 5e9);
  expect(window.to).toBeGreaterThan(5e9);
  expect(window.to - window.from).toBe(1e9);
});
