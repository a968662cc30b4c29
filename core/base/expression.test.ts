import { describe, expect, it } from 'vitest';
import { compileCondition } from './expression.ts';

const VARIABLES = {
  model: 'string',
  tools: 'int',
  share: 'double',
  streaming: 'bool',
  capabilities: 'list<string>',
  labels: 'map<string, string>',
} as const;
const values = {
  model: 'gpt-5',
  tools: 3,
  share: 0.5,
  streaming: true,
  capabilities: ['json', 'tools'],
  labels: { team: 'search' },
};

function evaluate(source: string) {
  const compiled = compileCondition(source, VARIABLES);
  return compiled.ok ? compiled.value.evaluate(values) : compiled;
}

describe('a condition', () => {
  it.each([
    ['tools > 2', true],
    ['tools + 1 == 4', true],
    ['share > 0.4 && share < 1', true],
    ['model.startsWith("gpt") && !streaming', false],
    ['model in ["gpt-5", "o9"]', true],
    ["capabilities.exists(c, c == 'tools')", true],
    ["'vision' in capabilities", false],
    ["capabilities.all(c, c.startsWith('j'))", false],
    ["labels['team'] == 'search'", true],
    ["labels.team != 'search'", false],
    ["'team' in labels && !('zone' in labels)", true],
    ["'zone' in labels && labels['zone'] == 'eu'", false],
    ["'constructor' in labels", false],
    ["has(labels.zone) ? labels.zone == 'eu' : true", true],
  ])('%s is %s', (source, expected) => {
    expect(evaluate(source)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['tools >', /unexpected token/i, 7],
    ['colour == "red"', /unknown variable: colour/i, 0],
    ['model == 3', /no such overload/i, 0],
    ['capabilities.exists(c, c == 3)', /no such overload/i, 23],
    ["labels['team'] == 3", /no such overload/i, 0],
  ])('refuses %s and says where', (source, message, start) => {
    const result = compileCondition(source, VARIABLES);
    expect(result).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(message), range: { start } },
    });
  });

  it('may have variables of any name', () => {
    const compiled = compileCondition('values > 1 && size', { values: 'int', size: 'bool' });
    expect(compiled.ok && compiled.value.evaluate({ values: 2, size: true })).toEqual({
      ok: true,
      value: true,
    });
  });

  it('refuses what is neither true nor false', () => {
    const result = compileCondition('tools + 1', VARIABLES);
    expect(result).toEqual({
      ok: false,
      error: { message: 'a condition is true or false, but this is int' },
    });
  });

  it.each([
    ['1 / (tools - 3) > 0', /division by zero/i],
    ["labels['zone'] == 'eu'", /no such key: zone/i],
    ["labels.zone != 'eu'", /no such key: zone/i],
    ["labels['constructor'] == ''", /no such key: constructor/i],
    ["capabilities[2] == 'json'", /no such key/i],
  ])('gives a failure of evaluation as a value: %s', (source, message) => {
    expect(evaluate(source)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(message) },
    });
  });

  it('takes a number that is not whole, given as int, for a bug', () => {
    const compiled = compileCondition('tools > 2', VARIABLES);
    expect(() => compiled.ok && compiled.value.evaluate({ ...values, tools: 0.5 })).toThrow(RangeError);
  });
});
