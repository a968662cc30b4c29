import { describe, expect, it } from 'vitest';
import { inTurn, instanceOf, settled, startScheduling, taskOf } from '../scheduling/test-scheduler.ts';
import { scriptedWork, type Behaviour } from '../scheduling/scripted-work.ts';
import { TimeWeighted } from './time-weighted.ts';
import { TrafficWindow } from './traffic-window.ts';

/** Calls to `p`, all at once, as their events show them. */
async function watched(behaviours: readonly Behaviour[], more: object = {}) {
  const instances = [instanceOf('a', { capacity: 1, requires: { gpu: 0.5 } })];
  const scheduling = startScheduling({
    instances,
    pools: { p: inTurn('a') },
    resources: { gpu: 1 },
    ...more,
  });
  const { clock, scheduler, table } = scheduling;
  const window = new TrafficWindow();
  const run = scheduling.startRun();
  const calls = behaviours.map((behaviour) =>
    scheduler.run(scriptedWork(clock, run, table.resolve('p')!, taskOf('p'), () => behaviour)),
  );
  await settled(clock, Promise.all(calls));
  for (const event of run.events) window.note(event);
  return { window, clock };
}

describe('the traffic of a window', () => {
  it('is what the events of all runs say of each instance, pool and resource', async () => {
    const refused = { error: { code: 'rate_limit_exceeded', message: 'busy', status: 429 } };
    const wrong = { error: { code: 'invalid_request_error', message: 'what', status: 400 } };
    const fine = { beginsAfterMs: 100, lastsMs: 100 };
    const host = { retry: { maxAttempts: 1 } };
    const { window, clock } = await watched([fine, fine, refused, wrong], { host });
    const { instances, pools, resources } = window.take(clock.wallTime());
    const expected = {
      attempts: 4,
      successShare: 1,
      rateLimited: 1,
      firstTokenP50Ms: 100,
      firstTokenP95Ms: 100,
      outstandingMean: 1,
      outstandingMax: 1,
      atCapacity: 3,
    };
    expect(instances.get('a')).toEqual(expected);
    expect(pools.get('p')).toEqual({ ...expected, atCapacity: 0 });
    expect(resources.get('gpu')).toEqual({
      reservedMean: 0.5,
      reservedPeak: 0.5,
      asked: 4,
      short: 0,
      waitingMean: 0,
    });
  });

  it('begins anew when it was taken, and keeps nothing of whoever has nothing in flight', async () => {
    const { window, clock } = await watched([{ beginsAfterMs: 100 }]);
    expect([...window.take(clock.wallTime()).instances.keys()]).toEqual(['a']);
    const { instances, pools } = window.take(clock.wallTime());
    expect([instances.size, pools.size]).toEqual([0, 0]);
  });

  it('lets go of what outlives its run', async () => {
    const instances = [instanceOf('a', { capacity: 1, requires: { gpu: 0.5 } })];
    const { clock, scheduler, table, startRun } = startScheduling({
      instances,
      pools: { p: inTurn('a') },
      resources: { gpu: 0.5 },
    });
    const window = new TrafficWindow();
    const run = startRun();
    const work = () =>
      scriptedWork(clock, run, table.resolve('p')!, taskOf('p'), () => ({ beginsAfterMs: 1_000 }));
    const calls = [scheduler.run(work()), scheduler.run(work())];
    clock.advance(1);
    for (const event of run.events) window.note(event);
    const before = window.take(clock.wallTime());
    expect(before.instances.get('a')).toMatchObject({ outstandingMax: 1 });
    run.recorder.append('run-ended', { status: 'interrupted' });
    window.note(run.events.at(-1)!);
    window.take(clock.wallTime());
    clock.advance(1);
    const { instances: left, resources } = window.take(clock.wallTime());
    expect(left.size).toBe(0);
    expect(resources.get('gpu')).toMatchObject({ reservedMean: 0, waitingMean: 0 });
    await settled(clock, Promise.all(calls));
  });
});

describe('a level over time', () => {
  it('has a mean by how long it was, and a peak, and does not fall for a clock that goes back', () => {
    const level = new TimeWeighted(0);
    level.change(2, 10);
    level.change(-1, 20);
    level.change(1, 5);
    expect(level.restart(40)).toEqual({ mean: (2 * 10 + 2 * 20) / 40, peak: 2 });
    expect(level.restart(50)).toEqual({ mean: 2, peak: 2 });
  });
});
