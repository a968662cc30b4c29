import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../base/random.ts';
import { VirtualClock } from '../base/virtual-clock.ts';
import { loadConfig } from '../config/load.ts';
import { countingIds, recordRun } from '../journal/recorded-events.ts';
import { scriptedWork, type Behaviour } from '../scheduling/scripted-work.ts';
import { settled, taskOf } from '../scheduling/test-scheduler.ts';
import { startScheduling } from './host-scheduling.ts';
import { Optimisation } from './optimisation.ts';
import { resolveInstances } from './resolve-instances.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const SETTINGS = `
[providers.p]
endpoint = "http://127.0.0.1:1/v1"
[instances.good]
provider = "p"
model = "m"
[instances.bad]
provider = "p"
model = "m"
[pools.both]
strategy = "random"
instances = ["good", "bad"]
[breaker]
minimum_calls = 10000
[health]
consecutive_failures = 10000
`;

/** The host's own composition on a virtual clock, with an optimiser that needs one interval to make up its mind. */
function optimised(settings: string) {
  const config = loadConfig({ file: 'test.toml', text: SETTINGS + settings });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const clock = new VirtualClock();
  const ids = countingIds();
  const host = recordRun('host', clock, ids);
  const random = seededRandom(1);
  const instances = resolveInstances(config.value, '', {});
  const ports = { clock, timers: clock, random, ids, recorder: host.recorder };
  const scheduling = startScheduling(ports, config.value, instances);
  const optimisation = new Optimisation(
    { clock, timers: clock, scheduling, recorder: host.recorder },
    config.value,
  );
  stops.push(
    () => scheduling.stop(),
    () => optimisation.stop(),
  );
  const traffic = async (calls: number, behave: (instance: string) => Behaviour) => {
    const run = recordRun('agent', clock, ids);
    const plan = scheduling.table.resolve('both')!;
    for (let count = 0; count < calls; count++) {
      await settled(clock, scheduling.scheduler.run(scriptedWork(clock, run, plan, taskOf('both'), behave)));
    }
    for (const event of run.events) optimisation.note(event);
  };
  return { clock, host, scheduling, optimisation, traffic };
}

const behave = (instance: string): Behaviour =>
  instance === 'good' ? { beginsAfterMs: 100 } : { beginsAfterMs: 4000 };

describe('the optimiser of the scheduler', () => {
  it('proposes a change of weights with its evidence, changes nothing by itself, and does as a person says', async () => {
    const { clock, host, scheduling, optimisation, traffic } = optimised(
      '[optimiser.scheduler]\ninterval_ms = 3_600_000\nwanted_intervals = 1\n',
    );
    await traffic(200, behave);
    clock.advance(3_600_000);
    const proposal = optimisation.list().find(({ target }) => target === 'bad')!;
    expect(proposal).toMatchObject({ kind: 'weight', from: 1, state: 'proposed' });
    expect(proposal.to).toBeLessThan(1);
    expect(proposal.evidence['attempts']).toBeGreaterThan(30);
    expect(scheduling.registry.get('bad')!.weight).toBe(1);

    expect(optimisation.decide(proposal.id, 'undo')).toBe(false);
    expect(optimisation.decide('nobody', 'apply')).toBe(false);
    expect(optimisation.decide(proposal.id, 'apply')).toBe(true);
    expect(scheduling.registry.get('bad')!.weight).toBe(proposal.to);
    expect(scheduling.live.get('bad')!.instance.weight).toBe(proposal.to);
    expect(optimisation.decide(proposal.id, 'apply')).toBe(false);
    expect(optimisation.decide(proposal.id, 'undo')).toBe(true);
    expect(scheduling.registry.get('bad')!.weight).toBe(1);
    const facts = host.events.filter(({ type }) => type.startsWith('optimisation-'));
    expect(facts.map(({ type }) => type).slice(-2)).toEqual(['optimisation-applied', 'optimisation-undone']);
  });

  it('applies what it proposes where that is switched on, and leaves a dismissed proposal alone', async () => {
    const applying = optimised(
      '[optimiser.scheduler]\ninterval_ms = 3_600_000\nwanted_intervals = 1\napply = true\n',
    );
    await applying.traffic(200, behave);
    applying.clock.advance(3_600_000);
    expect(applying.scheduling.registry.get('bad')!.weight).toBeLessThan(1);
    expect(applying.optimisation.list().every(({ state }) => state === 'applied')).toBe(true);

    const asking = optimised('[optimiser.scheduler]\ninterval_ms = 3_600_000\nwanted_intervals = 1\n');
    await asking.traffic(200, behave);
    asking.clock.advance(3_600_000);
    const [first] = asking.optimisation.list();
    expect(asking.optimisation.decide(first!.id, 'dismiss')).toBe(true);
    expect(asking.optimisation.decide(first!.id, 'apply')).toBe(false);
  });

  it('does not apply what has been changed meanwhile', async () => {
    const { clock, scheduling, optimisation, traffic } = optimised(
      '[optimiser.scheduler]\ninterval_ms = 3_600_000\nwanted_intervals = 1\n',
    );
    await traffic(200, behave);
    clock.advance(3_600_000);
    const proposal = optimisation.list().find(({ target }) => target === 'bad')!;
    scheduling.registry.update('bad', { weight: 7 });
    expect(optimisation.decide(proposal.id, 'apply')).toBe(false);
    expect(scheduling.registry.get('bad')!.weight).toBe(7);
  });
});
