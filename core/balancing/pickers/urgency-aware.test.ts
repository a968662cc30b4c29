import { describe, expect, it } from 'vitest';
import { createPicker } from '../strategies.ts';
import { candidatesWith, contextOf, pickFrom } from '../test-candidates.ts';

const given = candidatesWith([
  { firstTokenMs: 4000, successRate: 1, costUsd: 0.001, samples: 9 },
  { firstTokenMs: 200, successRate: 1, costUsd: 0.004, samples: 9 },
]);

function choose(task: object, options: object = {}) {
  const picker = createPicker('urgency-aware', { exploration: 0, ...options });
  return pickFrom(picker, given, contextOf(1, 'run', task));
}

describe('urgency-aware', () => {
  it('chooses the cheapest where nobody waits, as cost-optimized does', () => {
    const choice = choose({ urgent: false });
    expect(choice).toMatchObject({
      chosen: 'i0',
      probability: 1,
      inputs: { urgent: 0, floorsRelaxed: 0 },
    });
    expect(choice.terms.get('i1')).toMatchObject({ meetsFloors: 1, cost: 0.004 });
    expect(choose({ urgent: false }, { maxResponseMs: 1000 }).chosen).toBe('i1');
  });

  it('chooses the faster of two where somebody does, as latency does', () => {
    const choice = choose({ urgent: true });
    expect(choice).toMatchObject({ chosen: 'i1', probability: 1, inputs: { urgent: 1 } });
    expect(choice.inputs).not.toHaveProperty('floorsRelaxed');
    expect(choice.terms.get('i0')).toEqual({
      outstanding: 0,
      firstTokenMs: 4000,
      tokenMs: 20,
      samples: 9,
      cost: 4000,
    });
  });

  it('explores either way', () => {
    for (const urgent of [true, false]) {
      const chosen = new Set(
        Array.from({ length: 40 }, (_, seed) => {
          const picker = createPicker('urgency-aware', { exploration: 0.5 });
          return pickFrom(picker, given, contextOf(seed, 'run', { urgent })).chosen;
        }),
      );
      expect(chosen).toEqual(new Set(['i0', 'i1']));
    }
  });
});
