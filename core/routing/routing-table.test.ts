import { describe, expect, it } from 'vitest';
import { inTurn, instanceOf, startScheduling, taskOf } from '../scheduling/test-scheduler.ts';
import { promotionOptionsSchema } from './tier-standing.ts';
import { DEFAULT_FALLBACK } from './fallback.ts';
import type { Plan } from './plan.ts';

const instances = [
  instanceOf('a', { provider: 'one', model: 'm' }),
  instanceOf('b', { provider: 'two', model: 'm' }),
  instanceOf('c', { provider: 'two', model: 'm' }),
  instanceOf('d', { provider: 'two', model: 'fast' }),
  instanceOf('parser', { provider: 'parse', category: 'document', model: '' }),
];
const group = {
  tiers: [
    { name: 'first', pools: ['fast'] },
    { name: 'second', pools: ['two/m', 'm'] },
  ],
  fallback: DEFAULT_FALLBACK,
  promotion: promotionOptionsSchema.parse({}),
};
const { table, live, clock } = startScheduling({
  instances,
  pools: { fast: inTurn('a', 'b') },
  groups: { assistant: group },
  rules: [{ holds: (task) => task.tools > 0, to: 'assistant' }],
});
const membersOf = (plan: Plan | undefined) =>
  plan?.tiers.map(({ pools }) => pools.map((pool) => pool.members.map(({ instance }) => instance.name)));

describe('what a name stands for', () => {
  it.each([
    [
      'a group, tier by tier',
      'assistant',
      'group',
      [
        [['a', 'b']],
        [
          ['b', 'c'],
          ['a', 'b', 'c'],
        ],
      ],
    ],
    ['a pool, before a model of the same name', 'fast', 'pool', [[['a', 'b']]]],
    ['an instance with its model', 'b/m', 'instance', [[['b']]]],
    ['all instances of a provider with that model', 'two/m', 'instance', [[['b', 'c']]]],
    ['all instances that have a known model', 'm', 'model', [[['a', 'b', 'c']]]],
    ['a service without models, by its instance', 'parser', 'instance', [[['parser']]]],
    ['a service without models, by its provider', 'parse', 'instance', [[['parser']]]],
  ])('is %s', (_, name, kind, members) => {
    const plan = table.resolve(name);
    expect(plan?.target).toEqual({ kind, name });
    expect(membersOf(plan)).toEqual(members);
  });

  it.each(['unknown', 'a/unknown', 'nobody/m', '', '__proto__', 'constructor'])(
    'is nothing for %j',
    (name) => {
      expect(table.resolve(name)).toBeUndefined();
    },
  );

  it('is listed without paths, as a client would ask for it', () => {
    expect(table.names).toEqual(['assistant', 'fast', 'm']);
  });

  it('is listed for services by every name', () => {
    expect(table.services).toEqual(['parser', 'parse']);
  });
});

describe('the way of a task', () => {
  it('is that of the first rule that holds, and says which, else what its model names', () => {
    expect(table.plan(taskOf('m', { tools: 1 }))).toMatchObject({ target: { name: 'assistant' }, rule: 0 });
    expect(table.plan(taskOf('m'))).toMatchObject({ target: { name: 'm' } });
    expect(table.plan(taskOf('m'))?.rule).toBeUndefined();
  });

  it('keeps the turn of a pool from call to call, and when the registry has changed', () => {
    const pickOf = () =>
      table.resolve('fast')!.tiers[0]!.pools[0]!.pick({
        tried: new Set(),
        task: taskOf('fast'),
        affinity: '',
        now: clock.now(),
      }).pick.chosen;
    const before = [pickOf(), pickOf(), pickOf()];
    live.put(instanceOf('late', { provider: 'one', model: 'm' }));
    table.refresh();
    expect([...before, pickOf()]).toEqual(['a', 'b', 'a', 'b']);
    expect(membersOf(table.resolve('one/m'))).toEqual([[['a', 'late']]]);
    expect(table.join('late', ['nobody'])).toBe(false);
    expect(table.join('late', ['fast'])).toBe(true);
    expect(membersOf(table.resolve('fast'))).toEqual([[['a', 'b', 'late']]]);
    // A call that waits holds the plan as it was.
    const held = table.resolve('late/m');
    live.remove('late');
    table.leave('late');
    expect(membersOf(table.resolve('fast'))).toEqual([[['a', 'b']]]);
    expect(table.resolve('late/m')).toBeUndefined();
    expect(membersOf(held)).toEqual([[[]]]);
    live.put(instanceOf('late', { provider: 'one', model: 'm' }));
    table.refresh();
    expect(membersOf(table.resolve('fast'))).toEqual([[['a', 'b']]]);
    live.remove('late');
    table.refresh();
  });
});
