import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../base/random.ts';
import { VirtualClock } from '../base/virtual-clock.ts';
import { configOf } from '../config/test-config.ts';
import { countingIds, recordRun } from '../journal/recorded-events.ts';
import type { CallError } from '../journal/event.ts';
import { scriptedWork } from '../scheduling/scripted-work.ts';
import { quiet, settled, taskOf } from '../scheduling/test-scheduler.ts';
import { describeScheduling } from './describe-scheduling.ts';
import { startScheduling, type HostScheduling } from './host-scheduling.ts';
import { resolveInstances } from './resolve-instances.ts';

let running: HostScheduling | undefined;
afterEach(() => running?.stop());

const KEYED = `
[providers.keyed]
endpoint = "https://keyed.test/v1/"
api_key_env = "THE_KEY"
[instances.two]
provider = "keyed"
model = "m"
capabilities = ["tools"]
context_window = 100
price = { input = 1.0, output = 2.0 }
zone = "eu"
labels = { team = "a" }
weight = 2
max_concurrent = 1
limits = { rpm = 10, tpm = 1_000 }
requires = { gpu = 1.0 }
[resources]
gpu = 1.0
`;

const TIERS = `
[[groups.assistant.tiers]]
name = "first"
pools = ["one/m"]
breaker = {}
[[groups.assistant.tiers]]
name = "second"
pools = ["two/m", "fast"]
max_concurrent = 3
`;

/** The composition of a host on a clock that the test moves. */
function start(toml: string) {
  const config = configOf(toml);
  const clock = new VirtualClock();
  const ids = countingIds();
  const { recorder } = recordRun('host', clock, ids);
  const instances = resolveInstances(config, 'http://simulated.test/v1', { THE_KEY: 'sk-secret' });
  const ports = { clock, timers: clock, random: seededRandom(1), ids, recorder };
  const scheduling = startScheduling(ports, config, instances);
  running = scheduling;
  const view = () => describeScheduling(scheduling, clock.now());
  /** A call whose attempts fail, or begin after a second. */
  const call = (target: string, error?: CallError) => {
    const run = recordRun('agent', clock, ids);
    const plan = scheduling.table.resolve(target)!;
    const behaviour = error ? { error } : { beginsAfterMs: 1_000 };
    return scheduling.scheduler.run(scriptedWork(clock, run, plan, taskOf(target), () => behaviour));
  };
  return { clock, view, call, scheduling };
}

const refusal: CallError = { code: 'http_401', message: 'no', status: 401 };

describe('the scheduler, for a person', () => {
  it('shows an instance with its settings and figures, and neither its key nor what is only for the scheduler', () => {
    const { view } = start(KEYED);
    const two = view().instances.find(({ name }) => name === 'two');
    expect(two).toEqual({
      name: 'two',
      provider: 'keyed',
      category: 'llm',
      endpoint: 'https://keyed.test/v1',
      model: 'm',
      capabilities: ['tools'],
      contextWindow: 100,
      price: { input: 1, output: 2 },
      zone: 'eu',
      labels: { team: 'a' },
      weight: 2,
      priority: 1,
      maintenance: false,
      transient: false,
      outstanding: 0,
      capacity: 1,
      breaker: 'closed',
      rates: [
        { limit: 'rpm', perMinute: 10, remaining: 10 },
        { limit: 'tpm', perMinute: 1000, remaining: 1000 },
      ],
      samples: 0,
      health: 'healthy',
    });
    expect(JSON.stringify(view())).not.toContain('sk-secret');
  });

  it('shows what is under way, what waits for it, and who holds how much of a resource', async () => {
    const { clock, view, call } = start(KEYED);
    const calls = [call('two/m'), call('two/m')];
    await quiet();
    expect(view().scheduler).toEqual({
      outstanding: 1,
      maxConcurrent: 256,
      queues: [{ name: 'two/m', waiting: 1 }],
    });
    expect(view().instances.find(({ name }) => name === 'two')).toMatchObject({
      outstanding: 1,
      capacity: 1,
    });
    expect(view().resources).toMatchObject([
      {
        resource: 'gpu',
        capacity: 1,
        reserved: 1,
        free: 0,
        holders: [{ holder: { instance: 'two' }, amount: 1 }],
      },
    ]);
    await settled(clock, Promise.all(calls));
    expect(view()).toMatchObject({
      scheduler: { outstanding: 0, queues: [] },
      resources: [{ reserved: 0, free: 1, holders: [] }],
    });
    const { samples, successRate, firstTokenMs } = view().instances.find(({ name }) => name === 'two')!;
    expect([samples, successRate, firstTokenMs]).toEqual([2, 1, 1_000]);
  });

  it('shows pools with the strategy that they have, and limits only where there are any', () => {
    const { view } = start('[pools.fast]\ninstances = ["one"]\nmax_concurrent = 4\nbreaker = {}\n');
    expect(view().pools).toEqual([
      {
        name: 'fast',
        category: 'llm',
        strategy: expect.any(String) as string,
        instances: ['one'],
        guard: { outstanding: 0, capacity: 4, breaker: 'closed' },
      },
      { name: 'readers', category: 'document', strategy: 'least-loaded', instances: ['reader'] },
    ]);
  });

  it('shows the tiers of a group in order, and for how long one that fell is left out', async () => {
    const { clock, view, call } = start(`${KEYED}${TIERS}[groups.assistant.promotion]\nafter_ms = 5_000\n`);
    expect(view().groups).toEqual([
      {
        name: 'assistant',
        tiers: [
          {
            name: 'first',
            pools: ['one/m'],
            standing: 'in-use',
            guard: { outstanding: 0, breaker: 'closed' },
          },
          {
            name: 'second',
            pools: ['two/m', 'fast'],
            standing: 'in-use',
            guard: { outstanding: 0, capacity: 3 },
          },
        ],
      },
    ]);
    await settled(clock, call('assistant', refusal));
    clock.advance(2_000);
    const [first, second] = view().groups[0]!.tiers;
    expect([first!.standing, second!.standing]).toEqual(['fallen', 'in-use']);
    expect(first!.triedInMs).toBe(3_000);
    expect(second).not.toHaveProperty('triedInMs');
  });
});
