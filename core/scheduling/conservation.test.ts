import { describe, expect, it } from 'vitest';
import { playRandomSchedule } from './random-schedule.ts';

const SCHEDULES = 10_000;

describe('whatever happens', () => {
  it(`every call ends exactly once and gives back all that it took, in ${SCHEDULES} random schedules with faults`, async () => {
    const kinds = new Set<string>();
    const types = new Set<string>();
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const { scheduling, ends, events } = await playRandomSchedule(seed);
      const open = new Set<string>();
      for (const event of events) {
        types.add(event.type);
        if (event.type === 'attempt-started') open.add(event.spanId);
        if (event.type === 'attempt-ended' && !open.delete(event.spanId)) {
          throw new Error(`schedule ${seed}: attempt ${event.spanId} ended twice, or before it started`);
        }
      }
      for (const ended of ends) kinds.add(ended[0]?.kind ?? 'never');
      const { outstanding, queues } = scheduling.scheduler.view();
      const found = {
        seed,
        ends: ends.map(({ length }) => length),
        open: open.size,
        outstanding,
        queues,
        guards: scheduling.live.all().map(({ guard }) => guard.outstanding),
        reserved: scheduling.resources.use().map(({ reserved }) => reserved),
      };
      const kept = {
        seed,
        ends: ends.map(() => 1),
        open: 0,
        outstanding: 0,
        queues: [],
        guards: [0, 0, 0],
        reserved: [0],
      };
      expect(found).toEqual(kept);
    }
    // The schedules are worth something only where all of this happens in them.
    expect([...kinds].toSorted()).toEqual(['answered', 'cancelled', 'failed', 'preset', 'unserved']);
    for (const type of [
      'breaker-changed',
      'call-deferred',
      'call-dequeued',
      'call-fell-back',
      'call-queued',
      'retry-delayed',
      'tier-changed',
    ]) {
      expect([...types]).toContain(type);
    }
  }, 120_000);

  it('the same seed gives the same journal, byte for byte', async () => {
    for (const seed of [1, 7, 42, 1234, 9999]) {
      const [one, other] = [await playRandomSchedule(seed), await playRandomSchedule(seed)];
      expect(one.events.length).toBeGreaterThan(10);
      expect(JSON.stringify(one.events)).toBe(JSON.stringify(other.events));
    }
    const [first, second] = [await playRandomSchedule(1), await playRandomSchedule(2)];
    expect(JSON.stringify(first.events)).not.toBe(JSON.stringify(second.events));
  });
});
