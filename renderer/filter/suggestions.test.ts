import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../core/query/filter.ts';
import { FIELDS } from '../../core/query/fields.ts';
import { conditionOf, suggest } from './suggestions.ts';

const NOW = Date.UTC(2026, 0, 2, 12);
const texts = (draft: string) => suggest(draft, FIELDS.runs, NOW).map(({ text }) => text);

describe('what is typed goes on', () => {
  it('with every field, where nothing is typed', () => {
    expect(texts('')).toEqual(Object.keys(FIELDS.runs).map((name) => `${name} `));
  });

  it('with the fields that have the letters, those that begin with them first', () => {
    expect(texts('to')).toEqual(['tokens ', 'inputTokens ', 'outputTokens ']);
    expect(texts('nothing')).toEqual([]);
  });

  it('with what a field can be compared by', () => {
    expect(texts('status ')).toEqual(['status == ', 'status != ']);
    expect(texts('name')).toEqual(['name == ', 'name != ', 'name.contains("']);
    expect(texts('cost >')).toEqual(['cost > ', 'cost >= ']);
  });

  it('with the values that there are', () => {
    expect(texts('status == ')).toContain('status == "failed"');
    expect(texts("status == 'fa")).toEqual(['status == "failed"']);
    expect(texts('calls > ')).toEqual([]);
    expect(texts('time > ')[0]).toBe('time > timestamp("2026-01-02T11:00:00.000Z")');
    expect(texts('unknown == ')).toEqual([]);
  });

  it('to conditions that can be evaluated, where they are whole', () => {
    for (const draft of ['status == ', 'source != ', 'time >= '])
      for (const { text, isWhole } of suggest(draft, FIELDS.runs, NOW)) {
        expect(isWhole).toBe(true);
        expect(compileFilter('runs', text)).toMatchObject({ ok: true });
      }
  });

  it('not further where everything below it is open', () => {
    expect(suggest('details', FIELDS.spans, NOW)).toEqual([]);
  });
});

describe('what was typed becomes a condition', () => {
  it.each([
    ['status == failed', 'status == "failed"'],
    ['status == "failed"', 'status == "failed"'],
    ['cost > 1', 'cost > 1.0'],
    ['calls > 1', 'calls > 1'],
    ['my agent', 'name.contains("my agent")'],
    ['智能体', 'name.contains("智能体")'],
    ['name.startsWith("a") || calls > 2', 'name.startsWith("a") || calls > 2'],
  ])('%s: %s', (draft, condition) => {
    expect(conditionOf(draft, FIELDS.runs, 'name')).toBe(condition);
    expect(compileFilter('runs', condition)).toMatchObject({ ok: true });
  });
});
