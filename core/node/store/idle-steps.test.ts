import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { IdleSteps } from './idle-steps.ts';

/** Has so many steps to take, and says when it takes one. */
function work(name: string, steps: number, taken: string[]) {
  let left = steps;
  return {
    step() {
      if (left === 0) return false;
      left -= 1;
      taken.push(name);
      return left > 0;
    },
    add: (more: number) => (left += more),
  };
}

describe('steps between commits', () => {
  it('are taken without being asked for, what comes first before the rest', async () => {
    const taken: string[] = [];
    let stepped = 0;
    const steps = new IdleSteps([work('one', 3, taken), work('other', 2, taken)], () => (stepped += 1));
    await expect.poll(() => taken.length).toBe(5);
    expect(taken).toEqual(['one', 'one', 'one', 'other', 'other']);
    expect(stepped).toBeGreaterThanOrEqual(4);
    steps.stop();
  });

  it('are taken again when there is something new, and not after the end', async () => {
    const taken: string[] = [];
    const one = work('one', 1, taken);
    const steps = new IdleSteps([one], () => undefined);
    await expect.poll(() => taken.length).toBe(1);
    one.add(2);
    steps.wake();
    await expect.poll(() => taken.length).toBe(3);
    one.add(1);
    steps.wake();
    steps.stop();
    steps.wake();
    await sleep(150);
    expect(taken.length).toBe(3);
  });

  it('of one work go on where another cannot take its own', async () => {
    const taken: string[] = [];
    const broken = {
      step(): boolean {
        throw new Error('disk full');
      },
    };
    const steps = new IdleSteps([broken, work('other', 2, taken)], () => undefined);
    await expect.poll(() => taken.length).toBe(2);
    steps.stop();
  });
});
