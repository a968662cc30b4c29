import { parse } from 'smol-toml';
import { expect, it } from 'vitest';
import { mergeTables } from './merge.ts';

it.each([
  [
    'settings key by key',
    '[queue]\nmax_length = 1\nage_ms = 2',
    '[queue]\nage_ms = 3',
    { queue: { max_length: 1, age_ms: 3 } },
  ],
  [
    'settings in settings',
    'queue.weights = { high = 9, low = 1 }',
    'queue.weights = { low = 2 }',
    { queue: { weights: { high: 9, low: 2 } } },
  ],
  [
    'instances name by name',
    '[instances.a]\nmodel = "m"\nweight = 2\n[instances.b]\nmodel = "m"',
    '[instances.a]\nmodel = "n"',
    { instances: { a: { model: 'n' }, b: { model: 'm' } } },
  ],
  [
    'groups name by name',
    '[[groups.a.tiers]]\nname = "x"\n[groups.a.promotion]\nsuccesses = 2',
    '[[groups.a.tiers]]\nname = "y"\n[[groups.b.tiers]]\nname = "z"',
    { groups: { a: { tiers: [{ name: 'y' }] }, b: { tiers: [{ name: 'z' }] } } },
  ],
  [
    'probes and categories name by name',
    '[probes.llm]\nup_after = 9\n[categories.llm]\nstrategy = "random"\n[categories.tool]\nstrategy = "random"',
    '[probes.llm]\n[categories.llm]\nrequires = { cpu = 1 }',
    { probes: { llm: {} }, categories: { llm: { requires: { cpu: 1 } }, tool: { strategy: 'random' } } },
  ],
  [
    'resources',
    'resources = { cpu = 1, gpu = 1 }',
    'resources = { cpu = 2 }',
    { resources: { cpu: 2, gpu: 1 } },
  ],
  [
    'arrays whole',
    '[[policies]]\nname = "a"\n[[routing]]\nto = "x"',
    '[[policies]]\nname = "b"',
    { policies: [{ name: 'b' }], routing: [{ to: 'x' }] },
  ],
  [
    'but scripts before the others',
    '[[simulated.scripts]]\nmatch = "old"',
    '[[simulated.scripts]]\nmatch = "new"',
    { simulated: { scripts: [{ match: 'new' }, { match: 'old' }] } },
  ],
  ['another type', 'queue = 3', '[queue]\nage_ms = 1', { queue: { age_ms: 1 } }],
])('lays %s over the defaults', (_, below, over, merged) => {
  expect(mergeTables(parse(below), parse(over))).toEqual(merged);
});
