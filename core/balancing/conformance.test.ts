import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom, seedFrom } from '../base/random.ts';
import { CATEGORIES } from '../journal/task.ts';
import type { Candidate, Signals } from './picker.ts';
import { candidates, candidatesWith, contextOf, listOf, pickFrom } from './test-candidates.ts';
import {
  createPicker,
  defaultStrategy,
  STRATEGY_ALIASES,
  STRATEGY_NAMES,
  strategies,
  strategyOptionsSchema,
  type StrategyName,
} from './strategies.ts';

const OPTIONS: Partial<Record<StrategyName, Record<string, unknown>>> = {
  rules: { rules: [{ when: 'inputTokens > 500', instance: 'i2' }], exploration: 0.1 },
};
const optionsOf = (name: StrategyName) => OPTIONS[name] ?? {};

const anySignals: fc.Arbitrary<Partial<Signals>> = fc.record(
  {
    weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
    priority: fc.integer({ min: 0, max: 3 }),
    outstanding: fc.integer({ min: 0, max: 12 }),
    capacity: fc.integer({ min: 1, max: 12 }),
    firstTokenMs: fc.double({ min: 1, max: 20_000, noNaN: true }),
    tokenMs: fc.double({ min: 0, max: 200, noNaN: true }),
    successRate: fc.double({ min: 0, max: 1, noNaN: true }),
    costUsd: fc.double({ min: 0, max: 0.05, noNaN: true }),
    samples: fc.integer({ min: 0, max: 200 }),
  },
  { requiredKeys: [] },
);

describe.each(STRATEGY_NAMES)('the strategy %s', (name) => {
  const create = () => createPicker(name, optionsOf(name));

  it('chooses nobody from nobody, and nobody where all are rejected', () => {
    const nobody = { probability: 0, terms: new Map(), inputs: {} };
    expect(pickFrom(create(), [], contextOf(1))).toEqual(nobody);
    expect(pickFrom(create(), candidates(3, [0, 1, 2]), contextOf(1))).toEqual(nobody);
  });

  it('chooses the only one', () => {
    expect(pickFrom(create(), candidates(1), contextOf(1))).toMatchObject({ chosen: 'i0', probability: 1 });
    expect(pickFrom(create(), candidates(3, [0, 2]), contextOf(1))).toMatchObject({
      chosen: 'i1',
      probability: 1,
    });
  });

  it('never chooses a rejected one, also when members come and go between picks; and gives terms of each eligible', () => {
    const round = fc.record({
      signals: fc.array(anySignals, { maxLength: 6 }),
      rejected: fc.array(fc.integer({ min: 0, max: 5 })),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 30 }), (rounds) => {
        const picker = create();
        for (const { signals, rejected, seed } of rounds) {
          const given = candidatesWith(signals, rejected);
          const eligible = given.filter((one) => !one.rejected).map((one) => one.instance);
          const choice = pickFrom(picker, given, contextOf(seed));
          expect(eligible.length === 0 ? [undefined] : eligible).toContain(choice.chosen);
          expect([...choice.terms.keys()]).toEqual(eligible);
          const figures = [...choice.terms.values()].flatMap((terms) => Object.values(terms));
          expect([...figures, ...Object.values(choice.inputs)].every(Number.isFinite)).toBe(true);
          expect(choice.probability > 0).toBe(eligible.length > 0);
          expect(choice.probability).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  it('makes the same picks again from the same seeds', () => {
    const picks = () => {
      const picker = create();
      return Array.from({ length: 50 }, (_, seed) => pickFrom(picker, candidates(4), contextOf(seed)));
    };
    expect(picks()).toEqual(picks());
  });

  it('explains a choice as things stood when it was made, also after the picks that followed', () => {
    const round = fc.record({
      signals: fc.array(anySignals, { minLength: 1, maxLength: 5 }),
      rejected: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
      urgent: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(round, { minLength: 2, maxLength: 8 }), (rounds) => {
        const [now, later] = [create(), create()];
        const made = rounds.map(({ signals, rejected, urgent }, seed) => {
          const given = listOf(candidatesWith(signals, rejected));
          const context = () => contextOf(seed, 'run', { urgent });
          const { chosen, explain } = later.choose(given, context());
          const at = now.choose(given, context());
          expect(at.chosen).toBe(chosen);
          return { explain, at: at.explain() };
        });
        expect(made.map(({ explain }) => explain())).toEqual(made.map(({ at }) => at));
      }),
    );
  });

  it('chooses as often as it says', () => {
    const sets = fc.sample(fc.array(anySignals, { minLength: 2, maxLength: 6 }), { numRuns: 12, seed: 5 });
    const given = [...sets, [{}, {}, {}]].map((signals) => candidatesWith(signals));
    for (const members of [...given, withOutage(given[0]!), withOutage([...given[1]!, ...given[2]!])]) {
      const total = 3000;
      const seen = new Map<string, { count: number; probability: number }>();
      for (let seed = 0; seed < total; seed++) {
        const { chosen, probability } = pickFrom(create(), members, contextOf(seed));
        const before = seen.get(chosen!);
        expect(probability).toBeCloseTo(before?.probability ?? probability, 12);
        seen.set(chosen!, { count: (before?.count ?? 0) + 1, probability });
      }
      let sum = 0;
      for (const { count, probability } of seen.values()) {
        const deviation = Math.sqrt((probability * (1 - probability)) / total);
        expect(Math.abs(count / total - probability)).toBeLessThan(4.5 * deviation + 1e-9);
        sum += probability;
      }
      expect(sum).toBeGreaterThan(0.99);
      expect(sum).toBeLessThan(1 + 1e-9);
    }
  });

  it('has options that a window can make controls from', () => {
    for (const [option, schema] of Object.entries(propertiesOf(strategyOptionsSchema(name)))) {
      expect(schema.default, `${option} has a default`).toBeDefined();
      expect(schema.description, `${option} is described`).toBeTypeOf('string');
      if (schema.enum || (schema.type !== 'number' && schema.type !== 'integer')) continue;
      expect(schema.minimum, `${option} has a lowest value`).toBeDefined();
      expect(schema.maximum, `${option} has a highest value`).toBeDefined();
    }
    expect(strategyOptionsSchema(name).safeParse({ explorations: 1 }).success).toBe(false);
  });

  it('takes the options that its schema has completed', () => {
    const completed = strategyOptionsSchema(name).parse(optionsOf(name));
    expect(strategyOptionsSchema(name).parse(completed)).toEqual(completed);
    expect(pickFrom(createPicker(name, completed), candidates(3), contextOf(1))).toEqual(
      pickFrom(create(), candidates(3), contextOf(1)),
    );
  });
});

/** Named anew, and every third under maintenance. */
function withOutage(given: readonly Candidate[]): readonly Candidate[] {
  return given.map((candidate, index) => ({
    ...candidate,
    instance: `i${index}`,
    ...(index % 3 === 1 && { rejected: { reason: 'maintenance' } }),
  }));
}

interface Described {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
}

function propertiesOf(schema: z.ZodType): Record<string, Described> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return properties as Record<string, Described>;
}

describe('exploration', () => {
  const EXPLORING = STRATEGY_NAMES.filter((name) =>
    Object.hasOwn(propertiesOf(strategyOptionsSchema(name)), 'exploration'),
  );

  it('is an option of every strategy but those that give each eligible one a chance anyway', () => {
    expect(STRATEGY_NAMES.filter((name) => !EXPLORING.includes(name))).toEqual(['random', 'weighted-random']);
  });

  it.each(EXPLORING)('of %s gives each eligible instance its share', (name) => {
    const given = candidatesWith([{ priority: 0 }, { outstanding: 4, priority: 2 }, { outstanding: 9 }]);
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      const picker = createPicker(name, { ...optionsOf(name), exploration: 0.3 });
      const { chosen, probability } = pickFrom(picker, given, contextOf(seed));
      expect(probability).toBeGreaterThanOrEqual(0.3 / 3);
      seen.set(chosen!, probability);
    }
    expect(seen.size).toBe(3);
    expect([...seen.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
  });

  it.each(['round-robin', 'weighted', 'priority'] as const)('leaves the turns of %s as they are', (name) => {
    const given = candidatesWith([{ weight: 5 }, {}, {}]);
    const exploring = createPicker(name, { exploration: 0.5 });
    const own = Array.from({ length: 200 }, (_, seed) => pickFrom(exploring, given, contextOf(seed)))
      .filter(({ inputs }) => inputs['explored'] !== 1)
      .map(({ chosen }) => chosen);
    const plain = createPicker(name, { exploration: 0 });
    expect(own.length).toBeLessThan(150);
    expect(own).toEqual(own.map(() => pickFrom(plain, given, contextOf(0)).chosen));
  });

  it.each(EXPLORING)('of %s does not happen to one that is alone', (name) => {
    const given = candidates(3).map((candidate, index) =>
      index === 1 ? candidate : { ...candidate, rejected: { reason: 'maintenance' as const } },
    );
    const picker = createPicker(name, { ...optionsOf(name), exploration: 1 });
    for (let seed = 0; seed < 20; seed++) {
      const choice = pickFrom(picker, given, contextOf(seed));
      expect(choice).toMatchObject({ chosen: 'i1', probability: 1 });
      expect(choice.inputs).not.toHaveProperty('explored');
    }
  });

  it('does not happen on a retry', () => {
    const picker = createPicker('least-connections', { exploration: 1 });
    const given = candidatesWith([{}, { outstanding: 3 }, { outstanding: 1 }], [0]);
    for (let seed = 0; seed < 50; seed++) {
      expect(pickFrom(picker, given, contextOf(seed))).toMatchObject({ chosen: 'i2', probability: 1 });
    }
  });
});

describe('the shares of equal members', () => {
  it.each(STRATEGY_NAMES.filter((name) => name !== 'consistent-hash' && name !== 'rules'))(
    'are equal under %s',
    (name) => {
      const picker = createPicker(name, {});
      const counts = new Map<string, number>();
      for (let seed = 0; seed < 4000; seed++) {
        const { chosen } = pickFrom(picker, candidates(4), contextOf(seed));
        counts.set(chosen!, (counts.get(chosen!) ?? 0) + 1);
      }
      // Four and a half standard deviations of a binomial distribution.
      for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(124);
    },
  );
});

describe('the table', () => {
  it('has a row for each name, and aliases only of such', () => {
    expect(Object.keys(strategies).toSorted()).toEqual([...STRATEGY_NAMES].toSorted());
    expect(STRATEGY_ALIASES).toEqual({ intelligent: 'weighted-score' });
  });

  it('has a strategy for every category, with its options complete', () => {
    expect(CATEGORIES.map((category) => defaultStrategy(category).strategy)).toEqual([
      'urgency-aware',
      'weighted-score',
      'least-loaded',
      'weighted',
      'weighted-score',
      'weighted-score',
    ]);
    for (const category of CATEGORIES) {
      const { strategy, options } = defaultStrategy(category);
      expect(strategyOptionsSchema(strategy).parse({})).toEqual(options);
    }
  });

  it('has seeds that spread', () => {
    const first = Array.from({ length: 1000 }, (_, seed) => seededRandom(seedFrom('pick', seed))());
    expect(first.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
  });
});
