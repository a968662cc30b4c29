import { describe, expect, it } from 'vitest';
import { inTurn, instanceOf, startScheduling, taskOf } from '../scheduling/test-scheduler.ts';
import { InstanceRegistry } from './instance-registry.ts';

/** One pool of two, and a pool of documents, with what was told to whoever waits. */
function startRegistry() {
  const configured = [
    instanceOf('a', { apiKey: 'sk-secret' }),
    instanceOf('b'),
    instanceOf('parser', { category: 'document', model: '' }),
  ];
  const scheduling = startScheduling({
    instances: configured,
    pools: { fast: inTurn('a', 'b'), parsers: inTurn('parser') },
  });
  const { live, table, startRun } = scheduling;
  const { recorder, events } = startRun();
  const told = { changes: 0, gone: [] as string[] };
  const ports = {
    live,
    table,
    recorder,
    changed: () => (told.changes += 1),
    gone: (name: string) => void told.gone.push(name),
  };
  const registry = new InstanceRegistry(ports, configured);
  const recorded = () => events.slice(4).map(({ type, data }) => [type, data]);
  const membersOf = (pool: string) =>
    table.resolve(pool)?.tiers[0]!.pools[0]!.members.map(({ instance }) => instance.name);
  return { registry, live, events, told, recorded, membersOf };
}

describe('the registry of a host', () => {
  it('begins with what is configured, in the journal without its keys, and tells nobody of it', () => {
    const { registry, events, told } = startRegistry();
    expect(registry.list().map(({ name }) => name)).toEqual(['a', 'b', 'parser']);
    expect(events.slice(1).map(({ type }) => type)).toEqual(Array(3).fill('instance-registered'));
    expect(JSON.stringify(events)).not.toContain('sk-secret');
    expect(registry.get('a')!.apiKey).toBe('sk-secret');
    expect(registry.isTransient('a')).toBe(false);
    expect(told.changes).toBe(0);
  });

  it('has what is registered in its pools at once, and lets go of it whole', () => {
    const { registry, live, told, recorded, membersOf } = startRegistry();
    expect(registry.register(instanceOf('late'), ['fast'])).toMatchObject({ ok: true });
    expect(membersOf('fast')).toEqual(['a', 'b', 'late']);
    expect(membersOf('late/real-model')).toEqual(['late']);
    expect(registry.isTransient('late')).toBe(true);
    expect(told.changes).toBeGreaterThan(0);

    expect(registry.deregister('late')).toEqual({ ok: true, value: undefined });
    expect(membersOf('fast')).toEqual(['a', 'b']);
    expect(live.get('late')).toBeUndefined();
    expect(told.gone).toEqual(['late']);
    expect(registry.register(instanceOf('late'), [])).toMatchObject({ ok: true });
    expect(membersOf('fast')).toEqual(['a', 'b']);
    expect(recorded().map(([type]) => type)).toEqual([
      'instance-registered',
      'instance-deregistered',
      'instance-registered',
    ]);
  });

  it('takes what comes again under a configured name for another one, which goes when the host ends', () => {
    const { registry, live, membersOf } = startRegistry();
    live.get('a')!.guard.isolate(0);
    registry.deregister('a');
    expect(membersOf('fast')).toEqual(['b']);
    registry.register(instanceOf('a'), ['fast']);
    expect(membersOf('fast')).toEqual(['b', 'a']);
    expect(registry.isTransient('a')).toBe(true);
    expect(live.figures('a')).toMatchObject({ breaker: 'closed' });
  });

  it('follows an update everywhere, and an update that says nothing new nowhere', () => {
    const { registry, live, told, recorded } = startRegistry();
    live.get('a')!.enter(taskOf('fast'), 0);
    const updated = registry.update('a', { capacity: 1, maintenance: true });
    expect(updated).toMatchObject({ ok: true, value: { name: 'a', capacity: 1, maintenance: true } });
    expect(live.get('a')!.instance).toMatchObject({ maintenance: true, apiKey: 'sk-secret' });
    expect(live.figures('a')).toMatchObject({ outstanding: 1, capacity: 1 });
    expect(registry.update('a', { maintenance: true })).toMatchObject({ ok: true });
    expect(told.changes).toBe(1);
    expect(recorded()).toEqual([
      [
        'instance-updated',
        {
          instance: expect.objectContaining({ name: 'a', maintenance: true }) as unknown,
          changed: ['capacity', 'maintenance'],
        },
      ],
    ]);
  });

  it.each([
    ['a name that is taken', instanceOf('a'), [], 'instance_exists', /"a" already/],
    [
      'an unknown pool',
      instanceOf('late'),
      ['fast', 'slow'],
      'pool_unknown',
      /"slow"; known are "fast", "parsers"/,
    ],
    [
      'a pool of another category',
      instanceOf('late', { category: 'embedding' }),
      ['parsers'],
      'category_mismatch',
      /"parsers" are of the category document, not embedding/,
    ],
  ])('refuses %s, and changes nothing', (_, instance, pools, code, message) => {
    const { registry, told, recorded, membersOf } = startRegistry();
    const before = registry.list();
    expect(registry.register(instance, pools)).toEqual({
      ok: false,
      error: { code, message: expect.stringMatching(message) as string },
    });
    expect([registry.list(), membersOf('fast'), recorded(), told.changes]).toEqual([
      before,
      ['a', 'b'],
      [],
      0,
    ]);
  });

  it('knows who is unknown', () => {
    const { registry } = startRegistry();
    const refused = { ok: false, error: { code: 'instance_unknown' } };
    expect(registry.update('nobody', { weight: 2 })).toMatchObject(refused);
    expect(registry.deregister('nobody')).toMatchObject(refused);
  });
});
