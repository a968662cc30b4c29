import { describe, expect, it } from 'vitest';
import { initialOptimiser, restAfterUndo, settle, type Wish } from './hysteresis.ts';
import { schedulerOptimiserSchema } from '../../config/schema/optimiser.ts';
import { undoOf, type Proposal } from './proposal.ts';

const options = schedulerOptimiserSchema.parse({
  wantedIntervals: 2,
  holdIntervals: 5,
  forgetIntervals: 8,
});
const target = { kind: 'instance', name: 'llama' } as const;

/** One number, asked for interval by interval. */
function driven(initial: number) {
  let memory = initialOptimiser;
  let value = initial;
  let interval = 0;
  return {
    get memory() {
      return memory;
    },
    get value() {
      return value;
    },
    set(to: number) {
      value = to;
    },
    /** What is proposed where `to` is wanted; nothing is wanted without it. */
    ask(to?: number, more: Partial<Wish> = {}): Proposal | undefined {
      const wish: Wish | undefined =
        to === undefined ? undefined : { to, reason: 'serves-better-than-its-share', evidence: {}, ...more };
      const step = settle(memory, options, ++interval, [{ kind: 'weight', target, value, wish }]);
      memory = step.memory;
      return step.proposals[0];
    },
    /** Asks until something is proposed, applies it, and says how many intervals it took. */
    move(to: number, more: Partial<Wish> = {}): number {
      for (let asked = 1; asked < 1000; asked++) {
        const proposal = this.ask(to, more);
        if (!proposal) continue;
        value = proposal.to;
        return asked;
      }
      return Infinity;
    },
    undo(proposal: Proposal) {
      memory = restAfterUndo(memory, options, proposal);
      value = undoOf(proposal).to;
    },
  };
}

describe('hysteresis', () => {
  it('proposes what was wanted for so many intervals in a row, in the same direction', () => {
    const number = driven(1);
    expect([number.ask(1.2), number.ask(), number.ask(1.2), number.ask(0.8)]).toEqual(
      Array(4).fill(undefined),
    );
    expect(number.ask(0.9)).toEqual({
      id: 'weight:instance:llama:5',
      kind: 'weight',
      target,
      from: 1,
      to: 0.9,
      evidence: {},
      reason: 'serves-better-than-its-share',
    });
  });

  it('proposes again, under a new id, what nobody has applied, only after it was wanted as long again', () => {
    const number = driven(1);
    const ids = Array.from({ length: 5 }, () => number.ask(1.2)?.id);
    expect(ids).toEqual([
      undefined,
      'weight:instance:llama:2',
      undefined,
      'weight:instance:llama:4',
      undefined,
    ]);
  });

  it('does not turn back what was just applied, but goes on in its direction', () => {
    const number = driven(1);
    expect(number.move(1.2)).toBe(2);
    expect(number.move(1.4)).toBe(2);
    // Seen in force one interval later, and held for five.
    expect(number.move(1.2)).toBe(6);
  });

  it('does not hold what a person has changed since', () => {
    const number = driven(1);
    number.move(1.2);
    number.ask();
    number.set(3);
    expect(number.move(2)).toBe(2);
  });

  it('does not go back for a while to what did harm, twice as long each time', () => {
    const number = driven(12);
    const raise = () => number.move(13);
    const retreat = () => number.move(12, { retreat: true });
    expect([raise(), retreat()]).toEqual([2, 6]);
    // Eight intervals, and the last of them is the first in which it is wanted.
    expect([raise(), retreat()]).toEqual([10, 6]);
    expect([raise(), retreat()]).toEqual([18, 6]);
    expect(raise()).toBe(34);
  });

  it('lets a number come near to what did harm', () => {
    const number = driven(16);
    number.move(12, { retreat: true });
    expect(number.move(15)).toBe(6);
    // Two of the eight intervals are left.
    expect(number.move(16)).toBe(2 + 2);
  });

  it('takes the harm for disproved where it goes well beyond', () => {
    const number = driven(12);
    number.move(13);
    number.move(12, { retreat: true });
    number.set(13);
    expect(number.move(14)).toBe(2);
    number.set(12);
    expect(number.move(13)).toBe(2);
  });

  it('leaves a number alone for a while that a person has put back', () => {
    const number = driven(1);
    number.ask(1.2);
    const proposal = number.ask(1.2)!;
    number.set(1.2);
    number.ask();
    number.undo(proposal);
    expect(number.value).toBe(1);
    expect(number.move(1.2)).toBe(8 + 2);
  });

  it('forgets what it is not asked about any more', () => {
    const number = driven(1);
    number.ask(1.2);
    expect(Object.keys(number.memory.keys)).toHaveLength(1);
    expect(settle(number.memory, options, 9, []).memory).toEqual({ round: 2, keys: {} });
  });
});

describe('an undo', () => {
  it('is a proposal that leads back, and says which it takes back', () => {
    const proposal: Proposal = {
      id: 'weight:instance:llama:5',
      kind: 'weight',
      target,
      from: 1,
      to: 1.2,
      evidence: { attempts: 40 },
      reason: 'serves-better-than-its-share',
    };
    expect(undoOf(proposal)).toEqual({
      ...proposal,
      id: 'weight:instance:llama:5:undo',
      from: 1.2,
      to: 1,
      reason: 'undone',
      undoes: proposal.id,
    });
  });
});
