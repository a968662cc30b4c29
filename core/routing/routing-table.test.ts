import { describe, expect, it } from 'vitest';
import { seededRandom } from '../base/random.ts';
import type { Task } from '../journal/task.ts';
import { breakerOptionsSchema } from '../resilience/breaker.ts';
import type { Instance } from '../registry/instance.ts';
import { LiveInstances } from './live-instances.ts';
import { createRoutingTable } from './routing-table.ts';

const taskOf = (model: string): Task => ({
  category: 'llm',
  model,
  streaming: false,
  inputTokens: 1,
  outputTokens: 1,
  tools: 0,
  complexity: 0,
  capabilities: [],
  priority: 5,
  urgent: false,
});
const instance = (name: string, provider: string, model: string): Instance => ({
  name,
  provider,
  category: 'llm',
  model,
  endpoint: 'http://127.0.0.1:1/v1',
  weight: 1,
  priority: 1,
  maintenance: false,
});
const clock = { now: () => 0, wallTime: () => 0 };
const random = seededRandom(1);
const live = new LiveInstances(clock, random, breakerOptionsSchema.parse({}));
const options = { exploration: 0 };
const definitions = { fast: { strategy: 'round-robin', options, instances: ['a', 'b'] } } as const;
const table = createRoutingTable({ clock, random, live }, definitions, [
  instance('a', 'one', 'm'),
  instance('b', 'two', 'm'),
  instance('c', 'two', 'm'),
  instance('d', 'two', 'fast'),
]);
const membersOf = (model: string) => table.resolve(model)?.members.map((member) => member.name);

describe('what a model field names', () => {
  it.each([
    ['a pool, before a model of the same name', 'fast', 'pool', ['a', 'b']],
    ['an instance with its model', 'b/m', 'instance', ['b']],
    ['all instances of a provider with that model', 'two/m', 'instance', ['b', 'c']],
    ['all instances that have a known model', 'm', 'model', ['a', 'b', 'c']],
  ])('is %s', (_, model, kind, members) => {
    expect(table.resolve(model)?.target).toEqual({ kind, name: model });
    expect(membersOf(model)).toEqual(members);
  });

  it.each(['unknown', 'a/unknown', 'nobody/m', '', '__proto__', 'constructor'])(
    'is nothing for %j',
    (model) => {
      expect(table.resolve(model)).toBeUndefined();
    },
  );

  it('keeps the turn of a pool from call to call', () => {
    const pool = table.resolve('fast')!;
    const task = taskOf('fast');
    const chosen = Array.from(
      { length: 4 },
      () => pool.pick({ tried: new Set(), task, affinity: '' }).chosen,
    );
    expect(chosen).toEqual(['a', 'b', 'a', 'b']);
  });

  it('lists pools and models, as a client would ask for them', () => {
    expect(table.names).toEqual(['fast', 'm']);
  });
});
