import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../../base/units.ts';
import { CALL_CLASSES, perClass, type CallClass } from './call-class.ts';
import { queueOptionsSchema } from '../../config/schema/scheduling.ts';
import { CallQueue } from './call-queue.ts';
import type { Waiting } from './waiting.ts';

const AGE_MS = 10;
const AGE = AGE_MS * NANOS_PER_MILLI;

const weight = fc.integer({ min: 1, max: 9 });
const weightsArbitrary = fc.record({ high: weight, normal: weight, low: weight });

function queueWith(options: object): CallQueue<number> {
  return new CallQueue(queueOptionsSchema.parse({ maxWaitMs: 3_600_000, ageMs: 3_600_000, ...options }));
}

/** Class, client and run of a call, from one number. */
function callOf(value: number, item: number) {
  const came = CALL_CLASSES[value % 3]!;
  return { item, class: came, client: `c${(value >> 2) % 3}`, run: `r${(value >> 4) % 4}` };
}

describe('fairness', () => {
  it('between the classes is as the weights say, whoever the calls are from', () => {
    const values = fc.array(fc.nat(1000), { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(weightsArbitrary, values, (weights, values) => {
        const queue = queueWith({ weights });
        values.forEach((value, item) => {
          for (const came of CALL_CLASSES) queue.enqueue({ ...callOf(value, item), class: came }, 0);
        });
        const cycle = weights.high + weights.normal + weights.low;
        const taken = Array.from({ length: 3 * cycle }, () => queue.dequeue(0)!.class);
        const counts = perClass((one) => taken.filter((came) => came === one).length);
        expect(counts).toEqual(perClass((one) => 3 * weights[one]));
      }),
    );
  });

  it('lets no more go before a call than it is told', () => {
    const history = fc.array(fc.tuple(fc.boolean(), fc.nat(1000)), { maxLength: 60, size: 'max' });
    let exact = 0;
    fc.assert(
      fc.property(weightsArbitrary, history, fc.nat(1000), (weights, history, value) => {
        const queue = queueWith({ weights });
        history.forEach(([takes, value], item) =>
          takes ? queue.dequeue(0) : queue.enqueue(callOf(value, item), 0),
        );
        const told = queue.enqueue(callOf(value, -1), 0);
        let before = 0;
        while (queue.dequeue(0)!.item !== -1) before++;
        const ahead = told.ok ? told.ahead : -1;
        expect(before).toBeLessThanOrEqual(ahead);
        if (before === ahead) exact++;
      }),
      { numRuns: 1000, seed: 5 },
    );
    expect(exact).toBeGreaterThan(500);
  });
});

describe('starvation', () => {
  const steps = fc.array(fc.tuple(fc.nat(99), fc.nat(1000)), { maxLength: 150, size: 'max' });
  const countsAs = (call: Waiting<number>, now: number): CallClass => {
    const aged = Math.floor((now - call.enqueuedAt) / AGE);
    return CALL_CLASSES[Math.max(0, CALL_CLASSES.indexOf(call.class) - aged)]!;
  };

  /** What comes, when and from whom is random; the bound is from what could be seen in the queue. */
  it('is bounded for a low call as the queue says, from when it counts as high', () => {
    let longest = 0;
    const check = fc.property(weightsArbitrary, steps, (weights, steps) => {
      const queue = queueWith({ weights, ageMs: AGE_MS });
      const waiting = new Set<Waiting<number>>();
      const gone = { high: 0, normal: 0, low: 0 };
      let now = 0;
      let bound: { readonly earlier: number; clients: number; runs: number } | undefined;
      let victim: Waiting<number> | undefined;
      const enqueue = (call: ReturnType<typeof callOf>) => {
        const told = queue.enqueue(call, now, 0);
        const entered = { ...call, ticket: told.ok ? told.ticket : 0, enqueuedAt: now, deadline: Infinity };
        waiting.add(entered);
        return entered;
      };
      const look = () => {
        if (!victim || countsAs(victim, now) !== 'high') return;
        const high = [...waiting].filter((call) => countsAs(call, now) === 'high');
        const ofClient = high.filter(({ client }) => client === victim?.client);
        const ofRun = ofClient.filter(({ run }) => run === victim?.run);
        bound ??= {
          earlier: ofRun.filter(({ ticket }) => ticket < victim!.ticket).length,
          clients: 0,
          runs: 0,
        };
        bound.clients = Math.max(bound.clients, new Set(high.map(({ client }) => client)).size);
        bound.runs = Math.max(bound.runs, new Set(ofClient.map(({ run }) => run)).size);
      };
      const dequeue = () => {
        look();
        const taken = queue.dequeue(now);
        const call = [...waiting].find(({ ticket }) => ticket === taken?.ticket);
        if (!call) return;
        waiting.delete(call);
        if (bound) gone[countsAs(call, now)]++;
        if (call !== victim) return;
        victim = undefined;
        if (!bound) return;
        const most = bound.clients * bound.runs * (bound.earlier + 1);
        expect(gone.high).toBeLessThanOrEqual(most);
        for (const other of ['normal', 'low'] as const) {
          expect(gone[other]).toBeLessThanOrEqual(Math.ceil((gone.high * weights[other]) / weights.high));
        }
        if (gone.high === most) longest = Math.max(longest, most);
      };
      steps.forEach(([action, value], item) => {
        if (item === 20) victim = enqueue({ ...callOf(value, -1), class: 'low' });
        if (action < 70) enqueue(callOf(value, item));
        else if (action < 90) dequeue();
        else now += ((value % 8) + 1) * NANOS_PER_MILLI;
        look();
      });
      now += 2 * AGE;
      while (queue.size > 0) dequeue();
      expect(victim).toBeUndefined();
    });
    fc.assert(check, { numRuns: 2000, seed: 7 });
    // It is reached, so it could not be lower.
    expect(longest).toBeGreaterThan(6);
  });

  it('is what ageing is there for: a low call goes in time under any flood of others', () => {
    const takenAfter = (ageMs: number) => {
      const queue = queueWith({ weights: { high: 1000, normal: 1000, low: 1 }, ageMs });
      const flood = (now: number) => {
        for (const came of ['high', 'normal'] as const)
          queue.enqueue({ ...callOf(0, 0), class: came }, now, 0);
      };
      for (let count = 0; count < 5; count++) flood(0);
      // The first turn of a class is always near; this call has it, and the next one comes after it.
      queue.enqueue({ ...callOf(0, 0), class: 'low' }, 0, 0);
      while (queue.dequeue(0)?.class !== 'low') flood(0);
      queue.enqueue({ ...callOf(0, -1), class: 'low', run: 'another' }, 0, 0);
      for (let ms = 1; ; ms++) {
        flood(ms * NANOS_PER_MILLI);
        if (queue.dequeue(ms * NANOS_PER_MILLI)?.item === -1) return ms;
      }
    };
    // At 100 ms it counts as normal, and waits for one turn of that class.
    expect(takenAfter(100)).toBe(102);
    expect(takenAfter(60_000)).toBeGreaterThan(1900);
  });
});
