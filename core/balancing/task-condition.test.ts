import { describe, expect, it } from 'vitest';
import { contextOf } from './test-candidates.ts';
import { compileTaskCondition, TASK_VARIABLES } from './task-condition.ts';

const INSTANCE = { provider: 'string', zone: 'string', labels: 'map<string, string>' } as const;
const openai = { provider: 'openai', zone: '', labels: { team: 'search' } };

function evaluate(source: string, task: object = {}) {
  const compiled = compileTaskCondition(source, INSTANCE);
  return compiled.ok ? compiled.value.evaluate(contextOf(1, 'run', task).task, openai) : compiled;
}

describe('a condition on a task', () => {
  it.each([
    ["category == 'llm' && model == 'm'", {}],
    ['streaming && !urgent', {}],
    ['inputTokens == 1000 && outputTokens == 256', {}],
    ['maxOutputTokens == 0', {}],
    ['maxOutputTokens == 50', { maxOutputTokens: 50 }],
    ['tools == 3', { tools: 3 }],
    ['complexity < 0.6 && complexity > 0.4', {}],
    [
      "capabilities.exists(c, c == 'tools') && !('vision' in capabilities)",
      { capabilities: ['json', 'tools'] },
    ],
    ['capabilities.size() == 0', {}],
    ['priority > 7 && urgent', { priority: 9, urgent: true }],
    ["provider == 'openai' && zone != 'eu' && labels['team'] == 'search'", {}],
  ])('%s', (source, task) => {
    expect(evaluate(source, task)).toEqual({ ok: true, value: true });
  });

  it('knows every field of a task', () => {
    const task = contextOf(1, 'run', { maxOutputTokens: 1 }).task;
    expect(Object.keys(TASK_VARIABLES).toSorted()).toEqual(Object.keys(task).toSorted());
  });

  it('knows the other variables only where they are given', () => {
    expect(compileTaskCondition("zone == 'eu'", {})).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/unknown variable: zone/i) },
    });
    expect(compileTaskCondition("category == 'llm'", {})).toMatchObject({
      ok: true,
      value: { source: "category == 'llm'" },
    });
  });

  it('gives a failure of evaluation as a value', () => {
    expect(evaluate('10 / tools > 2')).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/division by zero/i) },
    });
  });
});
