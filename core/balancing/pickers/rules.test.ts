import { describe, expect, it } from 'vitest';
import { lazyCandidates } from '../candidates.ts';
import { createPicker, strategyOptionsSchema } from '../strategies.ts';
import { candidates, candidatesWith, contextOf, pickFrom } from '../test-candidates.ts';

const rules = [
  { when: 'inputTokens > 100000', instance: 'i2' },
  { when: 'tools > 0 || model.startsWith("gpt")', instance: 'i1' },
];
const otherwise = { strategy: 'priority', options: { exploration: 0 } };
const ranked = [{ priority: 0 }, { priority: 1 }, { priority: 2 }];

function choose(task: object, rejected: number[] = [], options: object = { rules, otherwise }) {
  return pickFrom(
    createPicker('rules', options),
    candidatesWith(ranked, rejected),
    contextOf(1, 'run', task),
  );
}

describe('rules', () => {
  it('take the first that holds', () => {
    expect(choose({ tools: 2 })).toMatchObject({
      chosen: 'i1',
      probability: 1,
      inputs: { rule: 1, failedRules: 0 },
    });
    expect(choose({ tools: 2, inputTokens: 200_000 })).toMatchObject({ chosen: 'i2', inputs: { rule: 0 } });
    expect(choose({ tools: 2 }).terms).toEqual(
      new Map([
        ['i0', { ruled: 0 }],
        ['i1', { ruled: 1 }],
        ['i2', { ruled: 0 }],
      ]),
    );
  });

  it('pass over one whose instance cannot take the call', () => {
    expect(choose({ tools: 2, inputTokens: 200_000 }, [2])).toMatchObject({
      chosen: 'i1',
      inputs: { rule: 1 },
    });
  });

  it('leave the rest to the other strategy, with its terms', () => {
    const choice = choose({});
    expect(choice).toMatchObject({ chosen: 'i0', probability: 1, inputs: { rule: -1 } });
    expect(choice.terms.get('i1')).toEqual({ priority: 1 });
    expect(choose({}, [], {}).terms.get('i0')).toHaveProperty('score');
  });

  it('keep the state of the other strategy between picks', () => {
    const picker = createPicker('rules', {
      rules,
      otherwise: { strategy: 'round-robin', options: { exploration: 0 } },
    });
    const picks = [{}, { tools: 1 }, {}, {}].map((task) =>
      pickFrom(picker, candidates(3), contextOf(1, 'run', task)),
    );
    expect(picks.map(({ chosen }) => chosen)).toEqual(['i0', 'i1', 'i1', 'i2']);
    expect(picks[3]!.inputs).toEqual({ rule: -1, failedRules: 0, cursor: 2 });
  });

  it('look at nobody but the instance that they name, once they know its place', () => {
    const picker = createPicker('rules', { rules });
    const looksOf = (size: number, instance: string) => {
      const looks: number[] = [];
      const list = lazyCandidates(size, (index) => {
        looks.push(index);
        return candidates(size)[index]!;
      });
      const { chosen } = picker.choose(list, contextOf(1, 'run', { tools: 1 }));
      expect(list.at(chosen!).instance).toBe(instance);
      return looks;
    };
    expect(looksOf(60, 'i1')).toEqual([0, 1, 2]);
    expect(looksOf(60, 'i1')).toEqual([2, 1]);
    // Where the pool has become smaller.
    expect(looksOf(2, 'i1')).toEqual([0, 1]);
  });

  it('count a condition that cannot be evaluated, and go on', () => {
    const given = [{ when: '10 / tools > 2', instance: 'i2' }, ...rules];
    expect(choose({ model: 'gpt-5' }, [], { rules: given, otherwise })).toMatchObject({
      chosen: 'i1',
      inputs: { rule: 2, failedRules: 1 },
    });
  });

  it.each([
    [{ rules: [{ when: 'tools >', instance: 'i1' }] }, ['rules', 0, 'when'], /unexpected token/i],
    [{ rules: [{ when: 'colour == 1', instance: 'i1' }] }, ['rules', 0, 'when'], /unknown variable: colour/i],
    [{ rules: [{ when: 'tools', instance: 'i1' }] }, ['rules', 0, 'when'], /true or false/],
    [{ otherwise: { strategy: 'rules' } }, ['otherwise', 'strategy'], /option/],
    [
      { otherwise: { strategy: 'latency', options: { exploration: 2 } } },
      ['otherwise', 'options', 'exploration'],
      /<=1/,
    ],
  ])('are refused where they are wrong: %j', (options, path, message) => {
    const checked = strategyOptionsSchema('rules').safeParse(options);
    expect(checked.error?.issues[0]).toMatchObject({ path, message: expect.stringMatching(message) });
    expect(() => createPicker('rules', options)).toThrow();
  });
});
