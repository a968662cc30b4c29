import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../base/units.ts';
import { VirtualClock } from '../base/virtual-clock.ts';
import { DeadlineWatch } from './deadline-watch.ts';

const millis = (count: number) => count * NANOS_PER_MILLI;

function watched() {
  const clock = new VirtualClock();
  const watch = new DeadlineWatch(clock, clock);
  const expired: [string, number][] = [];
  const expiring = (name: string, at: number) => {
    const deadline = { at };
    const one = {
      expiresAt: () => millis(deadline.at),
      expire: () => void expired.push([name, clock.now() / NANOS_PER_MILLI]),
    };
    watch.add(one);
    return { one, deadline };
  };
  return { clock, watch, expired, expiring };
}

describe('the watch over deadlines', () => {
  it('lets each run out at its time, whatever the order they were added in', () => {
    const { clock, expired, expiring } = watched();
    expiring('late', 30);
    expiring('early', 10);
    expiring('between', 20);
    clock.advance(100);
    expect(expired).toEqual([
      ['early', 10],
      ['between', 20],
      ['late', 30],
    ]);
  });

  it('follows a deadline that has moved away', () => {
    const { clock, expired, expiring } = watched();
    const { deadline } = expiring('stream', 10);
    clock.advance(9);
    deadline.at = 25;
    clock.advance(100);
    expect(expired).toEqual([['stream', 25]]);
  });

  it('forgets what was removed, and has no timer left when nothing is watched', () => {
    const { clock, watch, expired, expiring } = watched();
    watch.remove(expiring('done', 10).one);
    expect(clock.nextAlarm()).toBeUndefined();
    clock.advance(100);
    expect(expired).toEqual([]);
  });
});
