import { describe, expect, it } from 'vitest';
import { problemOf, problemOfLog } from './check-span.ts';
import type { OtlpLogRecord, OtlpSpan } from './protocol.ts';

const valid = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: '',
  startTimeUnixNano: 5n,
  endTimeUnixNano: 5n,
};

describe('a span', () => {
  it.each([{}, { parentSpanId: 'c'.repeat(16) }, { parentSpanId: '0'.repeat(16) }, { endTimeUnixNano: 0n }])(
    'can be recorded (%o)',
    (changes) => {
      expect(problemOf({ ...valid, ...changes } as OtlpSpan)).toBeUndefined();
    },
  );

  it.each([
    [{ traceId: '' }, /trace id/],
    [{ traceId: '0'.repeat(32) }, /trace id/],
    [{ traceId: 'a'.repeat(34) }, /trace id/],
    [{ traceId: 'x'.repeat(32) }, /trace id/],
    [{ spanId: '' }, /span id/],
    [{ spanId: '0'.repeat(16) }, /span id/],
    [{ parentSpanId: 'c' }, /parent id/],
    [{ startTimeUnixNano: 0n }, /start time/],
    [{ endTimeUnixNano: 4n }, /ends before/],
  ])('cannot be recorded (%o)', (changes, problem) => {
    expect(problemOf({ ...valid, ...changes } as OtlpSpan)).toMatch(problem);
  });
});

describe('a log record', () => {
  it('needs no ids, but whole ones', () => {
    expect(problemOfLog({ traceId: '', spanId: '' } as OtlpLogRecord)).toBeUndefined();
    expect(problemOfLog({ traceId: 'a', spanId: '' } as OtlpLogRecord)).toMatch(/trace id/);
    expect(problemOfLog({ traceId: '', spanId: '0'.repeat(16) } as OtlpLogRecord)).toMatch(/span id/);
  });
});
