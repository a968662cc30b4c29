import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from './instance.ts';
import { Registry, type InstancePatch, type RegistryChange } from './registry.ts';

const llama: Instance = {
  name: 'llama',
  provider: 'local',
  category: 'llm',
  endpoint: 'http://127.0.0.1:11434/v1',
  model: 'llama3.1:8b',
  apiKey: 'sk-secret',
  weight: 1,
  priority: 1,
  maintenance: false,
  limits: { rpm: 60, tpm: 1000 },
  labels: { team: 'search' },
};
const { apiKey: _, ...withoutKey } = llama;

function registryOf(...instances: readonly Instance[]) {
  const registry = new Registry();
  const changes: RegistryChange[] = [];
  registry.onChange((change) => changes.push(change));
  for (const instance of instances) registry.register(instance);
  return { registry, changes };
}

describe('the registry', () => {
  it('registers, updates and deregisters by name, and tells of each change without the key', () => {
    const { registry, changes } = registryOf(llama);
    expect(registry.get('llama')).toEqual(llama);
    expect(registry.update('llama', { weight: 3, maintenance: true })).toMatchObject({ ok: true });
    expect(registry.get('llama')).toEqual({ ...llama, weight: 3, maintenance: true });
    registry.deregister('llama');
    expect(registry.get('llama')).toBeUndefined();
    expect(changes).toEqual([
      { kind: 'registered', instance: withoutKey },
      {
        kind: 'updated',
        instance: { ...withoutKey, weight: 3, maintenance: true },
        changed: ['maintenance', 'weight'],
      },
      { kind: 'deregistered', instance: { ...withoutKey, weight: 3, maintenance: true } },
    ]);
    expect(JSON.stringify(changes)).not.toContain('sk-secret');
  });

  it('takes optional keys away with null, and says that the key changed without saying to what', () => {
    const { registry } = registryOf(llama);
    const change = registry.update('llama', { apiKey: null, labels: null });
    expect(change).toMatchObject({ ok: true, value: { changed: ['apiKey', 'labels'] } });
    expect(registry.get('llama')).not.toHaveProperty('apiKey');
    const { labels: _, ...instance } = withoutKey;
    expect(registry.update('llama', { apiKey: 'sk-other' })).toEqual({
      ok: true,
      value: { kind: 'updated', instance, changed: ['apiKey'] },
    });
  });

  it.each<[string, InstancePatch]>([
    ['nothing', {}],
    ['what was so already', { weight: 1 }],
    ['the same in another order', { limits: { tpm: 1000, rpm: 60 } }],
    ['to take away what is not there', { zone: null }],
  ])('is not changed by an update that says %s', (_, patch) => {
    const { registry, changes } = registryOf(llama);
    expect(registry.update('llama', patch)).toMatchObject({ ok: true, value: { changed: [] } });
    expect(changes).toHaveLength(1);
  });

  it('fails clearly for a name that is taken, and for one that is unknown', () => {
    const { registry, changes } = registryOf(llama);
    expect(registry.register({ ...llama, model: 'other' })).toEqual({
      ok: false,
      error: { code: 'instance_exists', message: 'There is an instance "llama" already.' },
    });
    const unknown = {
      ok: false,
      error: { code: 'instance_unknown', message: 'There is no instance "lama"; known are "llama".' },
    };
    expect(registry.update('lama', { weight: 2 })).toEqual(unknown);
    expect(registry.deregister('lama')).toEqual(unknown);
    expect(new Registry().deregister('lama')).toMatchObject({ error: { message: /known are none/ } });
    expect(registry.list()).toEqual([llama]);
    expect(changes).toHaveLength(1);
  });

  it('keeps the order of registration, also over updates', () => {
    const { registry } = registryOf(llama, { ...llama, name: 'mini' }, { ...llama, name: 'large' });
    registry.update('llama', { weight: 9 });
    expect(registry.list().map(({ name }) => name)).toEqual(['llama', 'mini', 'large']);
  });

  it('does not tell who no longer listens, and survives who leaves while it is told', () => {
    const registry = new Registry();
    const told: string[] = [];
    const leave = registry.onChange(() => {
      told.push('first');
      leave();
    });
    registry.onChange(() => told.push('second'));
    registry.register(llama);
    registry.deregister('llama');
    expect(told).toEqual(['first', 'second', 'second']);
  });

  it('names exactly the keys whose values differ', () => {
    const values = fc.record(
      {
        weight: fc.constantFrom(1, 2),
        maintenance: fc.boolean(),
        zone: fc.constantFrom('eu', 'us'),
        capabilities: fc.constantFrom(['tools'], ['tools', 'vision'], ['vision', 'tools'], []),
        price: fc.constantFrom({ input: 1, output: 2 }, { output: 2, input: 1 }, { input: 1, output: 3 }),
      },
      { requiredKeys: ['weight', 'maintenance'] },
    );
    fc.assert(
      fc.property(values, values, (before, after) => {
        const { registry } = registryOf({ ...withoutKey, ...before });
        const change = registry.update('llama', after);
        const expected = Object.entries(after)
          .filter(
            ([key, value]) =>
              !isDeepStrictEqual(value, new Map<string, unknown>(Object.entries(before)).get(key)),
          )
          .map(([key]) => key);
        expect(change).toMatchObject({ ok: true, value: { changed: expected.toSorted() } });
        expect(registry.get('llama')).toEqual({ ...withoutKey, ...before, ...after });
      }),
    );
  });
});
