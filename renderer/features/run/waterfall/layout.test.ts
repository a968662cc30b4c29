import { expect, test } from 'vitest';
import type { AttemptSpan, CallSpan, McpSpan } from '../../../../core/journal/run-state.ts';
import { agentSpan, attemptSpan, callSpan, mcpSpan } from '../sample-spans.ts';
import { followEnd, panTo, segmentsOf, wholeWindow, zoomAround } from './layout.ts';

function segments(call: Partial<CallSpan>, attempts: Partial<AttemptSpan>[], now = 100): string {
  const span = callSpan(call);
  const row = {
    span,
    detail: span,
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

test('a request of MCP is one piece, whoever asks', () => {
  const kinds = (given: Partial<McpSpan>) => {
    const row = { span: mcpSpan(given), detail: undefined, attempts: [] };
    return segmentsOf(row, 100).map(({ kind, from, to }) => `${kind} ${from}-${to}`);
  };
  expect(kinds({ status: 'ok', endedAt: 30 })).toEqual(['mcp 0-30']);
  expect(kinds({ from: 'server' })).toEqual(['mcp 0-100']);
  expect(kinds({ status: 'error', isError: true, endedAt: 30 })).toEqual(['failed 0-30']);
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

test('a queue and a wait between tries are told apart from what we need ourselves', () => {
  const waits = [
    { at: 2, endedAt: 30, because: 'queue' },
    { at: 52, endedAt: 60, because: 'backoff' },
    { at: 61, because: 'queue' },
  ] as const;
  const failed = { startedAt: 31, endedAt: 50, status: 'error' } as const;
  expect(segments({ waits }, [failed])).toBe(
    'waiting 0-2, queued 2-30, waiting 30-31, failed 31-50, waiting 50-52, backoff 52-60, waiting 60-61, queued 61-100',
  );
});

test('a call that never left the queue ends after it, and a wait never goes on after its call', () => {
  const queued = { at: 1, endedAt: 80, because: 'queue' } as const;
  expect(segments({ waits: [queued], status: 'error', endedAt: 82 }, [])).toBe(
    'waiting 0-1, queued 1-80, failed 80-82',
  );
  const backoff = { at: 20, endedAt: 90, because: 'backoff' } as const;
  const failed = { startedAt: 0, endedAt: 20, status: 'error' } as const;
  expect(segments({ waits: [backoff], status: 'cancelled', endedAt: 40 }, [failed])).toBe(
    'failed 0-20, backoff 20-40',
  );
});

test('of attempts side by side the bar shows the one that answers', () => {
  const hedge = { attempt: 2, hedge: true } as const;
  const lost = { status: 'cancelled', endedAt: 70 } as const;
  expect(
    segments({ status: 'ok', endedAt: 90 }, [
      { ...lost, startedAt: 10 },
      { ...hedge, startedAt: 40, firstTokenAt: 70, endedAt: 90, status: 'ok' },
    ]),
  ).toBe('waiting 0-10, first-token 10-70, generating 70-90');
  expect(
    segments({ status: 'ok', endedAt: 90 }, [
      { startedAt: 10, firstTokenAt: 70, endedAt: 90, status: 'ok' },
      { ...hedge, ...lost, startedAt: 40 },
    ]),
  ).toBe('waiting 0-10, first-token 10-70, generating 70-90');
  expect(
    segments({}, [
      { startedAt: 10, endedAt: 50, status: 'error' },
      { ...hedge, startedAt: 40 },
    ]),
  ).toBe('waiting 0-10, failed 10-40, first-token 40-100');
});

test('a cancelled call is cut off where its attempt was', () => {
  const attempt = { startedAt: 10, endedAt: 50, status: 'cancelled' } as const;
  expect(segments({ status: 'cancelled', endedAt: 50 }, [attempt])).toBe('waiting 0-10, cut 10-50');
});

test('an agent is one bar', () => {
  const row = { span: agentSpan(), detail: undefined, attempts: [] };
  expect(segmentsOf(row, 70)).toEqual([{ kind: 'agent', from: 0, to: 70 }]);
});

test('as long as it was not read what a span spent its time on, it is one bar', () => {
  const bar = (given: Partial<CallSpan>) =>
    segmentsOf({ span: callSpan(given), detail: undefined, attempts: [] }, 70).map(({ kind }) => kind);
  expect(bar({ status: 'ok', endedAt: 30 })).toEqual(['generating']);
  expect(bar({ status: 'error', endedAt: 30 })).toEqual(['failed']);
  expect(bar({})).toEqual(['waiting']);
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
