import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALL_CLASSES, perClass, type CallClass, type PerClass } from './call-class.ts';
import { afterTurn, classInTurn, NO_LEADS, othersBefore, stridesOf } from './class-turns.ts';

const weight = fc.integer({ min: 1, max: 1000 });
const weightsArbitrary = fc.record({ high: weight, normal: weight, low: weight });
const always = perClass(() => ({ size: 1 }));

/** Whose turns they are; each step says which classes have calls. */
function turnsOf(
  weights: PerClass<number>,
  steps: readonly PerClass<{ readonly size: number }>[],
): readonly (CallClass | undefined)[] {
  const strides = stridesOf(weights);
  let leads = NO_LEADS;
  return steps.map((lines) => {
    const turn = classInTurn(leads, lines);
    if (turn) leads = afterTurn(leads, strides, turn);
    return turn;
  });
}

function alwaysAll(weights: PerClass<number>, count: number) {
  return turnsOf(
    weights,
    Array.from({ length: count }, () => always),
  );
}

function countOf(turns: readonly (CallClass | undefined)[], one: CallClass): number {
  return turns.filter((turn) => turn === one).length;
}

describe('the turns of the classes', () => {
  it('are spread out as the weights say', () => {
    expect(
      alwaysAll({ high: 6, normal: 3, low: 1 }, 10)
        .map((turn) => turn?.[0])
        .join(' '),
    ).toBe('h n l h h n h h n h');
  });

  it('have exactly the shares of the weights in every cycle', () => {
    const small = fc.record(perClass(() => fc.integer({ min: 1, max: 20 })));
    fc.assert(
      fc.property(small, fc.nat(50), (weights, offset) => {
        const cycle = weights.high + weights.normal + weights.low;
        const turns = alwaysAll(weights, offset + cycle).slice(offset);
        expect(perClass((one) => countOf(turns, one))).toEqual(weights);
      }),
    );
  });

  it('divided by their weights differ by one turn of each at most, wherever two have calls', () => {
    const lines = fc.record(perClass(() => fc.record({ size: fc.constantFrom(0, 1, 1) })));
    const steps = fc.array(lines, { maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(weightsArbitrary, steps, fc.nat(199), fc.nat(199), (weights, steps, one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const pair = CALL_CLASSES.filter((_, index) => index !== one % 3) as [CallClass, CallClass];
        const held = steps.map((lines, index) =>
          index < from || index >= to ? lines : { ...lines, [pair[0]]: { size: 1 }, [pair[1]]: { size: 1 } },
        );
        const turns = turnsOf(weights, held).slice(from, to);
        const [a, b] = pair.map((one) => countOf(turns, one) / weights[one]) as [number, number];
        expect(Math.abs(a - b)).toBeLessThanOrEqual(1 / weights[pair[0]] + 1 / weights[pair[1]] + 1e-9);
      }),
    );
  });

  it('are not saved up by a class that has no calls', () => {
    const alone = { ...always, high: { size: 0 }, normal: { size: 0 } };
    const steps = Array.from({ length: 160 }, (_, index) => (index < 100 ? alone : always));
    const turns = turnsOf({ high: 1, normal: 1, low: 1 }, steps).slice(100);
    for (const one of CALL_CLASSES) expect(Math.abs(countOf(turns, one) - 20)).toBeLessThanOrEqual(1);
  });

  it('are foreseen', () => {
    const size = fc.integer({ min: 0, max: 8 });
    const sizesArbitrary = fc.record({ high: size, normal: size, low: size });
    fc.assert(
      fc.property(
        weightsArbitrary,
        fc.array(sizesArbitrary),
        sizesArbitrary,
        fc.nat(2),
        (weights, past, sizes, index) => {
          const own = CALL_CLASSES[index]!;
          const strides = stridesOf(weights);
          let leads = NO_LEADS;
          for (const one of past) {
            const turn = classInTurn(
              leads,
              perClass((other) => ({ size: one[other] })),
            );
            if (turn) leads = afterTurn(leads, strides, turn);
          }
          const foreseen = othersBefore(
            leads,
            strides,
            perClass((one) => ({ size: sizes[one] })),
            own,
            sizes[own],
          );
          const left = { ...sizes, [own]: sizes[own] + 1 };
          let others = 0;
          while (left[own] > 0) {
            const turn = classInTurn(
              leads,
              perClass((one) => ({ size: left[one] })),
            )!;
            leads = afterTurn(leads, strides, turn);
            left[turn]--;
            if (turn !== own) others++;
          }
          expect(foreseen).toBe(others);
        },
      ),
    );
  });
});
