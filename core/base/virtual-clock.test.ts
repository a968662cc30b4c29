import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from './units.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('the virtual clock', () => {
  it('lets alarms off in the order of their time, and those of one instant in the order they were set', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), (delays) => {
        const clock = new VirtualClock();
        const rung: [number, number][] = [];
        delays.forEach((delay, index) => clock.after(delay, () => rung.push([delay, index])));
        clock.advance(20);
        const expected = delays.map((delay, index): [number, number] => [delay, index]);
        expect(rung).toEqual(expected.toSorted(([a, i], [b, j]) => a - b || i - j));
      }),
    );
  });

  it('stands at the time of the alarm while it goes off, and at the end of the way afterwards', () => {
    const clock = new VirtualClock(1000);
    const seen: number[] = [];
    clock.after(3, () => seen.push(clock.now() / NANOS_PER_MILLI));
    clock.advance(10);
    expect(seen).toEqual([3]);
    expect(clock.now()).toBe(10 * NANOS_PER_MILLI);
    expect(clock.wallTime()).toBe(1010);
  });

  it('does not let a cancelled alarm off, and goes to one that an alarm sets', () => {
    const clock = new VirtualClock();
    const rung: string[] = [];
    const cancel = clock.after(1, () => rung.push('cancelled'));
    clock.after(2, () => clock.after(2, () => rung.push('set by an alarm')));
    cancel();
    expect(clock.nextAlarm()).toBe(2 * NANOS_PER_MILLI);
    expect([clock.step(), clock.step(), clock.step()]).toEqual([true, true, false]);
    expect(rung).toEqual(['set by an alarm']);
  });
});
