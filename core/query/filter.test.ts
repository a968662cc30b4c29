import { describe, expect, it } from 'vitest';
import { compileFilter, type FilterRow } from './filter.ts';

const event: FilterRow<'events'> = {
  run: 'f'.repeat(32),
  agent: 'researcher',
  seq: 7,
  span: 'a'.repeat(16),
  time: Date.parse('2026-11-21T12:00:00Z'),
  atMs: 12.5,
  event: 'attempt-ended',
  data: { outcome: 'error', error: { status: 500 } },
};

function holds(source: string): boolean {
  const compiled = compileFilter('events', source);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.value.holds(event);
}

describe('a filter', () => {
  it.each([
    ['', true],
    ["event == 'attempt-ended' && data.error.status >= 500", true],
    ["event.startsWith('call')", false],
    ['atMs > 12 && atMs < 13.0', true],
    ["time > timestamp('2026-11-21T11:59:59Z') && time < timestamp('2026-11-21T14:00:01+02:00')", true],
    ["has(data.error) && data.outcome in ['error', 'cancelled']", true],
    ['seq % 2 == 1', true],
  ])('%s: %s', (source, expected) => expect(holds(source)).toBe(expected));

  it.each([
    ['evnt == 1', 'Unknown variable: evnt; did you mean event?', { start: 0, end: 4 }],
    [
      'seq > 1 && atMs == 5',
      'no such overload: double == int; a whole number is written 1.0 here',
      { start: 11, end: 20 },
    ],
    ["event == 'x", 'Unterminated string', { start: 9, end: 11 }],
  ])('%s is refused with the place, and what was meant', (source, message, range) => {
    const error = { message: expect.stringContaining(message), range };
    expect(compileFilter('events', source)).toMatchObject({ ok: false, error });
  });

  it('counts the rows that it cannot be evaluated for', () => {
    const compiled = compileFilter('events', "data.status == 500 || event == 'x'");
    expect([event, event].map((row) => compiled.ok && compiled.value.holds(row))).toEqual([false, false]);
    expect(compiled.ok && compiled.value.unevaluated).toEqual({ rows: 2, because: 'No such key: status' });
  });

  it('says what has to hold at least', () => {
    const source =
      "event in ['a', 'b'] && 3 < seq && (atMs < 1.0 || seq == 9) && time >= timestamp('1970-01-01T00:00:01Z') && agent.contains('x')";
    const compiled = compileFilter('events', source);
    expect(compiled.ok && compiled.value.bounds).toEqual([
      { name: 'event', operator: 'in', values: ['a', 'b'] },
      { name: 'seq', operator: '>', value: 3 },
      { name: 'time', operator: '>=', value: 1000 },
      { name: 'agent', operator: 'contains', value: 'x' },
    ]);
  });

  it.each(["!(event == 'a')", "event == 'a' || seq == 1", 'seq + 1 == 2', "event == 'a' ? true : false"])(
    'asks for nothing beforehand where something else may hold, too: %s',
    (source) => {
      const compiled = compileFilter('events', source);
      expect(compiled.ok && compiled.value.bounds).toEqual([]);
    },
  );
});
