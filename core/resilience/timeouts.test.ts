import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../base/units.ts';
import { Deadlines, timeoutOptionsSchema } from './timeouts.ts';

const at = (seconds: number) => seconds * 1000 * NANOS_PER_MILLI;
const options = timeoutOptionsSchema.parse({});

describe('the options of timeouts', () => {
  it.each([{ idleMs: 0 }, { totalMs: -1 }, { connectMs: 86_400_001 }, { connect: 1 }])(
    'refuse %j',
    (wrong) => {
      expect(timeoutOptionsSchema.safeParse(wrong).success).toBe(false);
    },
  );
});

describe('deadlines', () => {
  it('are the total for a call, whatever its attempts do', () => {
    const call = new Deadlines(at(1));
    call.attempt(at(2), true).sawEvent(at(3));
    expect(call.nextExpiry(options)).toEqual({ kind: 'total', at: at(601) });
  });

  it('are those of the first token, then of each silence, then the total', () => {
    const attempt = new Deadlines(at(0)).attempt(at(10), true);
    expect(attempt.nextExpiry(options)).toEqual({ kind: 'first-token', at: at(70) });
    attempt.sawEvent(at(60));
    expect(attempt.nextExpiry(options)).toEqual({ kind: 'idle', at: at(90) });
    attempt.sawEvent(at(580));
    expect(attempt.nextExpiry(options)).toEqual({ kind: 'total', at: at(600) });
  });

  it('do not ask a whole answer to begin before it is complete, but then to come without pauses', () => {
    const attempt = new Deadlines(at(0)).attempt(at(0), false);
    expect(attempt.nextExpiry(options)).toEqual({ kind: 'total', at: at(600) });
    attempt.sawEvent(at(120));
    expect(attempt.nextExpiry(options)).toEqual({ kind: 'idle', at: at(150) });
  });

  it('do not run while the call is held, and are later by as much afterwards', () => {
    const call = new Deadlines(at(0));
    call.freeze(at(100));
    call.freeze(at(200));
    expect(call.nextExpiry(options)).toBeUndefined();
    expect(call.heldUntil(at(250))).toBe(at(150));
    call.thaw(at(300));
    call.thaw(at(400));
    expect(call.nextExpiry(options)).toEqual({ kind: 'total', at: at(800) });
    const attempt = call.attempt(at(310), true);
    attempt.freeze(at(320));
    attempt.thaw(at(330));
    expect(attempt.nextExpiry(options)).toEqual({ kind: 'first-token', at: at(380) });
    expect(call.heldUntil(at(330))).toBe(at(200));
  });

  it('let the whole silence begin anew after what came while it was held', () => {
    const attempt = new Deadlines(at(0)).attempt(at(0), true);
    attempt.freeze(at(10));
    attempt.sawEvent(at(15));
    attempt.thaw(at(20));
    expect(attempt.nextExpiry(options)).toEqual({ kind: 'idle', at: at(50) });
  });

  it('hold an attempt that starts while its call is held', () => {
    const call = new Deadlines(at(0));
    call.freeze(at(10));
    const attempt = call.attempt(at(20), true);
    expect(attempt.nextExpiry(options)).toBeUndefined();
    attempt.thaw(at(50));
    expect(attempt.nextExpiry(options)).toEqual({ kind: 'first-token', at: at(110) });
  });

  it('are those of the same story without the holds, later by the time that it was held', () => {
    const steps = fc.array(
      fc.record({ wait: fc.integer({ min: 0, max: 100 }), act: fc.constantFrom('event', 'hold') }),
    );
    fc.assert(
      fc.property(steps, fc.boolean(), (story, streaming) => {
        const held = new Deadlines(0).attempt(0, streaming);
        const plain = new Deadlines(0).attempt(0, streaming);
        let now = 0;
        let pause = 0;
        for (const { wait, act } of story) {
          if (act === 'hold') {
            held.freeze(at(now + pause));
            pause += wait;
            held.thaw(at(now + pause));
          } else {
            now += wait;
            held.sawEvent(at(now + pause));
            plain.sawEvent(at(now));
          }
          const expected = plain.nextExpiry(options)!;
          expect(held.nextExpiry(options)).toEqual({ ...expected, at: expected.at + at(pause) });
        }
      }),
    );
  });
});
