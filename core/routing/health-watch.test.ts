import { describe, expect, it } from 'vitest';
import type { EventData } from '../journal/event.ts';
import { outlierOptionsSchema } from '../resilience/outlier-options.ts';
import { inTurn, instanceOf, startScheduling, taskOf } from '../scheduling/test-scheduler.ts';
import { HealthWatch } from './health-watch.ts';

function watch() {
  const instances = ['a', 'b', 'c'].map((name) => instanceOf(name));
  const { clock, live, table } = startScheduling({ instances, pools: { p: inTurn('a', 'b', 'c') } });
  const changes: EventData['health-changed'][] = [];
  const ports = {
    clock,
    live,
    pools: () => table.memberNames,
    changed: (change: EventData['health-changed']) => void changes.push(change),
  };
  const health = new HealthWatch(ports, outlierOptionsSchema.parse({ consecutiveFailures: 2 }));
  const reasonOf = (name: string) => live.get(name)!.reject(taskOf('p'), clock.now())?.reason;
  return { clock, live, health, changes, reasonOf };
}

describe('the health of instances', () => {
  it('leaves out what fails too often in a row, says why, and lets it come back when its time is served', () => {
    const { clock, health, changes, reasonOf } = watch();
    health.note('a', 'failure');
    expect(reasonOf('a')).toBeUndefined();
    health.note('a', 'failure');
    expect(reasonOf('a')).toBe('ejected');
    expect(changes).toEqual([
      {
        instance: 'a',
        from: 'healthy',
        to: 'ejected',
        because: 'consecutive-failures',
        forMs: 30_000,
        evidence: { failures: 2 },
      },
    ]);
    clock.advance(30_000);
    expect(reasonOf('a')).toBeUndefined();
    health.sweep();
    expect(changes.at(-1)).toEqual({ instance: 'a', from: 'ejected', to: 'healthy', because: 'time-served' });
  });

  it('never leaves out more than half of a pool, and says nothing about what it would have done', () => {
    const { health, changes, reasonOf } = watch();
    for (const name of ['a', 'a', 'b', 'b', 'c', 'c']) health.note(name, 'failure');
    expect(['a', 'b', 'c'].map(reasonOf)).toEqual(['ejected', undefined, undefined]);
    expect(changes).toHaveLength(1);
  });

  it('knows nothing against an instance that comes after another of its name', () => {
    const { live, health, reasonOf } = watch();
    health.note('a', 'failure');
    health.forget('a');
    live.remove('a');
    // An attempt that outlives its instance.
    health.note('a', 'failure');
    live.put(instanceOf('a'));
    health.note('a', 'failure');
    expect(reasonOf('a')).toBeUndefined();
    health.note('a', 'failure');
    expect(reasonOf('a')).toBe('ejected');
  });

  it('follows the probes, and tells a change once', () => {
    const { health, changes, reasonOf, live } = watch();
    health.probed('a', { from: 'unknown', to: 'healthy', message: 'answered 200' }, 0);
    expect(changes).toEqual([]);
    health.probed('a', { from: 'healthy', to: 'unhealthy', message: 'answered 500' }, 3);
    expect(reasonOf('a')).toBe('unhealthy');
    expect(live.figures('a')?.health).toBe('unhealthy');
    health.probed('a', { from: 'unhealthy', to: 'healthy', message: 'answered 200' }, 0);
    expect(reasonOf('a')).toBeUndefined();
    expect(changes.map(({ from, to, message }) => [from, to, message])).toEqual([
      ['healthy', 'unhealthy', 'answered 500'],
      ['unhealthy', 'healthy', 'answered 200'],
    ]);
    health.probed('nobody', { from: 'healthy', to: 'unhealthy', message: 'x' }, 1);
    health.note('nobody', 'failure');
    expect(changes).toHaveLength(2);
  });
});
