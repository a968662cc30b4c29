import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResourceLedger, type Holder, type ReserveResult, type Reservation } from './ledger.ts';

const holder: Holder = { runId: 'r', spanId: 's', instance: 'llama' };

function given(result: ReserveResult): Reservation {
  if (result.kind !== 'reserved') throw new Error(`not reserved: ${JSON.stringify(result)}`);
  return result.reservation;
}

const sums = (ledger: ResourceLedger) =>
  Object.fromEntries(ledger.use().map(({ resource, reserved, free }) => [resource, [reserved, free]]));

describe('the resource ledger', () => {
  it('gives while something is free, says what is short, and gives again when it came back', () => {
    const ledger = new ResourceLedger({ cpu: 8, gpu: 1 });
    const first = given(ledger.reserve({ cpu: 2, gpu: 0.75 }, holder));
    expect(ledger.reserve({ cpu: 2, gpu: 0.5 }, holder)).toEqual({
      kind: 'short',
      resource: 'gpu',
      needed: 0.5,
      free: 0.25,
    });
    // Nothing of the refused requirement was taken, though there was CPU enough.
    expect(sums(ledger)).toEqual({ cpu: [2, 6], gpu: [0.75, 0.25] });
    ledger.release(first);
    given(ledger.reserve({ cpu: 2, gpu: 0.5 }, holder));
    expect(sums(ledger)).toEqual({ cpu: [2, 6], gpu: [0.5, 0.5] });
  });

  it('names the first resource that is short, in the order of the requirement', () => {
    const ledger = new ResourceLedger({ cpu: 1, gpu: 1 });
    given(ledger.reserve({ cpu: 1, gpu: 1 }, holder));
    expect(ledger.lacking({ gpu: 1, cpu: 1 })).toMatchObject({ kind: 'short', resource: 'gpu' });
  });

  it('refuses at once what it never could give, even where something else is only short', () => {
    const ledger = new ResourceLedger({ cpu: 8, gpu: 1 });
    given(ledger.reserve({ cpu: 8 }, holder));
    expect(ledger.reserve({ cpu: 1, gpu: 1.5 }, holder)).toEqual({
      kind: 'impossible',
      resource: 'gpu',
      needed: 1.5,
      capacity: 1,
      message: 'An attempt needs 1.5 of the resource "gpu", but only 1 are declared.',
    });
    expect(ledger.reserve({ constructor: 1 }, holder)).toEqual({
      kind: 'impossible',
      resource: 'constructor',
      needed: 1,
      message: 'An attempt needs 1 of the resource "constructor", which is not declared under [resources].',
    });
    expect(sums(ledger)).toEqual({ cpu: [8, 0], gpu: [0, 1] });
  });

  it('gives everything to who needs nothing, and takes 0 for nothing', () => {
    const ledger = new ResourceLedger({});
    ledger.release(given(ledger.reserve({}, holder)));
    ledger.release(given(ledger.reserve({ gpu: 0 }, holder)));
    expect(ledger.use()).toEqual([]);
  });

  it('adds shares exactly: 0.1 + 0.2 is all of 0.3, and leaves nothing behind', () => {
    const ledger = new ResourceLedger({ gpu: 0.3 });
    const one = given(ledger.reserve({ gpu: 0.1 }, holder));
    const other = given(ledger.reserve({ gpu: 0.2 }, holder));
    expect(sums(ledger)).toEqual({ gpu: [0.3, 0] });
    ledger.release(one);
    ledger.release(other);
    expect(sums(ledger)).toEqual({ gpu: [0, 0.3] });
    const tenths = Array.from({ length: 3 }, () => given(ledger.reserve({ gpu: 0.1 }, holder)));
    expect(ledger.reserve({ gpu: 0.1 }, holder)).toMatchObject({ kind: 'short', free: 0 });
    expect(tenths).toHaveLength(3);
  });

  it('asserts that a reservation is released once, and by the ledger that gave it', () => {
    const ledger = new ResourceLedger({ cpu: 1 });
    const reservation = given(ledger.reserve({ cpu: 1 }, holder));
    ledger.release(reservation);
    expect(() => ledger.release(reservation)).toThrow('released twice');
    const foreign = given(new ResourceLedger({ cpu: 1 }).reserve({ cpu: 1 }, holder));
    expect(() => ledger.release(foreign)).toThrow('released twice');
    expect(sums(ledger)).toEqual({ cpu: [0, 1] });
  });

  it('gives nothing more after the capacity was lowered, until enough came back', () => {
    const ledger = new ResourceLedger({ cpu: 8 });
    const held = [3, 3, 2].map((cpu) => given(ledger.reserve({ cpu }, holder)));
    ledger.declare({ cpu: 4 });
    expect(ledger.use()).toMatchObject([{ capacity: 4, reserved: 8, free: 0 }]);
    expect(ledger.lacking({ cpu: 5 })).toMatchObject({ kind: 'impossible', capacity: 4 });
    ledger.release(held[0]!);
    expect(ledger.lacking({ cpu: 1 })).toMatchObject({ kind: 'short', free: 0 });
    ledger.release(held[1]!);
    expect(ledger.lacking({ cpu: 2 })).toBeUndefined();
    ledger.declare({ gpu: 1 });
    expect(ledger.use()).toMatchObject([
      { resource: 'gpu', capacity: 1, reserved: 0 },
      { resource: 'cpu', capacity: 0, reserved: 2 },
    ]);
    ledger.release(held[2]!);
    expect(ledger.use()).toMatchObject([{ resource: 'gpu' }]);
  });

  it('says by whom a resource is held', () => {
    const ledger = new ResourceLedger({ cpu: 8, gpu: 1 });
    const other = { ...holder, instance: 'mini' };
    given(ledger.reserve({ cpu: 2 }, holder));
    given(ledger.reserve({ cpu: 1, gpu: 0.5 }, other));
    expect(ledger.use()).toEqual([
      {
        resource: 'cpu',
        capacity: 8,
        reserved: 3,
        free: 5,
        holders: [
          { holder, amount: 2 },
          { holder: other, amount: 1 },
        ],
      },
      { resource: 'gpu', capacity: 1, reserved: 0.5, free: 0.5, holders: [{ holder: other, amount: 0.5 }] },
    ]);
  });
});

/** Tenths, whose sums are not exact in binary. */
const tenths = (max: number) => fc.integer({ min: 0, max }).map((count) => count / 10);
const amounts = (max: number) => fc.record({ cpu: tenths(max), gpu: tenths(max), disk: tenths(max) });

describe('over random schedules', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: amounts(6).map((requirement) => ({ kind: 'reserve', requirement }) as const) },
    { weight: 5, arbitrary: fc.nat(20).map((which) => ({ kind: 'release', which }) as const) },
    { weight: 1, arbitrary: amounts(12).map((capacity) => ({ kind: 'declare', capacity }) as const) },
  );

  it('never gives more than there is, takes all or nothing, and gets everything back', () => {
    fc.assert(
      fc.property(amounts(12), fc.array(step, { maxLength: 20 }), (declared, steps) => {
        const ledger = new ResourceLedger(declared);
        // Counted apart from the ledger, in whole tenths.
        let capacity = inTenths(declared);
        const held: { readonly reservation: Reservation; readonly taken: Tenths }[] = [];
        const answers: [given: string, due: string][] = [];
        const free = () =>
          capacity.map((most, index) => most - held.reduce((sum, { taken }) => sum + taken[index]!, 0));
        for (const now of steps) {
          if (now.kind === 'declare') {
            ledger.declare(now.capacity);
            capacity = inTenths(now.capacity);
          } else if (now.kind === 'release') {
            const [ended] = held.splice(now.which % Math.max(1, held.length), 1);
            if (ended) ledger.release(ended.reservation);
          } else {
            const wanted = inTenths(now.requirement);
            const fits = free().every((left, index) => wanted[index] === 0 || wanted[index]! <= left);
            const couldEver = capacity.every((most, index) => wanted[index]! <= most);
            const result = ledger.reserve(now.requirement, holder);
            answers.push([result.kind, fits ? 'reserved' : couldEver ? 'short' : 'impossible']);
            if (result.kind === 'reserved') held.push({ reservation: result.reservation, taken: wanted });
          }
          const used = Object.fromEntries(ledger.use().map((use) => [use.resource, use.reserved]));
          const expected = NAMES.map((_, index) => held.reduce((sum, { taken }) => sum + taken[index]!, 0));
          expect(NAMES.map((name) => Math.round((used[name] ?? 0) * 1e6))).toEqual(
            expected.map((count) => count * 1e5),
          );
        }
        expect(answers.filter(([given, due]) => given !== due)).toEqual([]);
        for (const { reservation } of held) ledger.release(reservation);
        expect(ledger.use().every((use) => use.reserved === 0 && use.free === use.capacity)).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  it('lets every call end, whatever each needs and in whatever order they hold and wait', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(amounts(10), fc.integer({ min: 1, max: 5 })), { maxLength: 30 }),
        (calls) => {
          const ledger = new ResourceLedger({ cpu: 1, gpu: 1, disk: 1 });
          let waiting = calls;
          let running: { readonly reservation: Reservation; readonly left: number }[] = [];
          let ended = 0;
          while (waiting.length + running.length > 0) {
            waiting = waiting.filter(([requirement, duration]) => {
              const result = ledger.reserve(requirement, holder);
              if (result.kind === 'reserved')
                running.push({ reservation: result.reservation, left: duration });
              return result.kind !== 'reserved';
            });
            // Somebody always runs, so that the next release always comes.
            expect(running).not.toEqual([]);
            running = running.map(({ reservation, left }) => ({ reservation, left: left - 1 }));
            for (const { reservation } of running.filter(({ left }) => left === 0)) {
              ledger.release(reservation);
              ended++;
            }
            running = running.filter(({ left }) => left > 0);
          }
          expect(ended).toBe(calls.length);
        },
      ),
    );
  });
});

const NAMES = ['cpu', 'gpu', 'disk'] as const;
type Tenths = readonly number[];

function inTenths(given: Record<(typeof NAMES)[number], number>): Tenths {
  return NAMES.map((name) => Math.round(given[name] * 10));
}
