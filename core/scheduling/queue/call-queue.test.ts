import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../../base/units.ts';
import { VirtualClock } from '../../base/virtual-clock.ts';
import { classOf, type CallClass } from './call-class.ts';
import { queueOptionsSchema } from '../../config/schema/scheduling.ts';
import { CallQueue } from './call-queue.ts';
import type { Arrival } from './waiting.ts';

const HOUR_MS = 3_600_000;
const at = (ms: number) => ms * NANOS_PER_MILLI;

function queueWith(options: object = {}): CallQueue<string> {
  return new CallQueue(queueOptionsSchema.parse(options));
}

/** `high a/1 x`: the call x of the run 1 of the client a. */
function call(text: string, deadlineMs?: number): Arrival<string> {
  const [came, owner, item] = text.split(' ') as [CallClass, string, string];
  const [client, run] = owner.split('/') as [string, string];
  const arrival = { class: came, client, run, item };
  return deadlineMs === undefined ? arrival : { ...arrival, deadline: at(deadlineMs) };
}

function enqueue(queue: CallQueue<string>, now: number, ...texts: readonly string[]) {
  return texts.map((text) => queue.enqueue(call(text), now));
}

function drain(queue: CallQueue<string>, now: number): string {
  const items: string[] = [];
  for (let next = queue.dequeue(now); next; next = queue.dequeue(now)) items.push(next.item);
  return items.join(' ');
}

describe('the class of a priority', () => {
  it('is high from 8, low up to 3', () => {
    expect([1, 3, 4, 5, 7, 8, 10].map(classOf).join(' ')).toBe('low low normal normal normal high high');
  });
});

describe('the options of the queue', () => {
  it('have defaults', () => {
    expect(queueOptionsSchema.parse({})).toEqual({
      maxLength: 10_000,
      maxWaitMs: 30_000,
      ageMs: 5_000,
      weights: { high: 6, normal: 3, low: 1 },
    });
  });

  it.each([
    { weights: { low: 0 } },
    { weights: { high: 1.5 } },
    { weights: { urgent: 1 } },
    { maxLength: 0 },
    { maxLength: 1_000_001 },
    { maxWaitMs: 0 },
    { ageMs: -1 },
  ])('are not %j', (options) => {
    expect(queueOptionsSchema.safeParse(options).success).toBe(false);
  });
});

describe('the order of the queue', () => {
  it('is that of arrival within a run', () => {
    const queue = queueWith();
    enqueue(queue, 0, 'normal a/1 1', 'normal a/1 2', 'normal a/1 3');
    expect(queue.peek(0)).toEqual({
      item: '1',
      class: 'normal',
      client: 'a',
      run: '1',
      deadline: at(30_000),
      enqueuedAt: 0,
      ticket: 1,
    });
    expect(drain(queue, 0)).toBe('1 2 3');
    expect(queue.dequeue(0)).toBeUndefined();
    expect(queue.peek(0)).toBeUndefined();
  });

  it('gives the turn to another run after one call, however many the first has', () => {
    const queue = queueWith();
    const flood = Array.from({ length: 1000 }, (_, index) => `normal a/1 ${index}`);
    enqueue(queue, 0, ...flood);
    expect(queue.dequeue(0)?.item).toBe('0');
    expect(enqueue(queue, 0, 'normal a/2 x')).toEqual([{ ok: true, ticket: 1001, ahead: 1 }]);
    expect([queue.dequeue(0)?.item, queue.dequeue(0)?.item]).toEqual(['1', 'x']);
  });

  it('gives the turn to another client before another run of the same', () => {
    const queue = queueWith();
    enqueue(queue, 0, 'low a/1 1', 'low a/1 2', 'low a/2 3', 'low a/3 4', 'low b/1 x', 'low b/1 y');
    expect(drain(queue, 0)).toBe('1 x 3 y 4 2');
  });

  it('takes runs of the same name from two clients for two', () => {
    const queue = queueWith();
    const results = enqueue(queue, 0, 'low a/1 1', 'low a/1 2', 'low b/1 x');
    expect(results.map((result) => result.ok && result.ahead)).toEqual([0, 1, 1]);
    expect(drain(queue, 0)).toBe('1 x 2');
  });

  it('follows the weights while all classes have calls', () => {
    const queue = queueWith();
    for (let index = 0; index < 20; index++) enqueue(queue, 0, 'low a/1 l', 'normal a/1 n', 'high a/1 h');
    expect(drain(queue, 0).slice(0, 19)).toBe('h n l h h n h h n h');
  });

  it('counts a call one class higher for each time that it grew older', () => {
    const queue = queueWith({ ageMs: 100 });
    enqueue(queue, 0, 'low a/1 x');
    const sizes = [0, 99, 100, 199, 200, 1000].map((ms) => {
      queue.peek(at(ms));
      return [queue.sizeOf('low'), queue.sizeOf('normal'), queue.sizeOf('high')].join('');
    });
    expect(sizes).toEqual(['100', '100', '010', '010', '001', '001']);
    expect(queue.nextAgeing()).toBeUndefined();
  });

  it('is that of arrival within a run also for calls that count higher by now', () => {
    const queue = queueWith({ ageMs: 100 });
    enqueue(queue, 0, 'low a/1 1', 'normal a/1 2', 'high a/1 3');
    enqueue(queue, at(150), 'high a/1 4');
    expect(drain(queue, at(200))).toBe('1 2 3 4');
  });

  it('does not depend on how often the queue is told the time', () => {
    const steps = fc.array(fc.tuple(fc.nat(5), fc.nat(99), fc.nat(40)), { maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(steps, (steps) => {
        const [seldom, often] = [1, 2].map(() => queueWith({ ageMs: 30, maxWaitMs: 90 })) as [
          CallQueue<string>,
          CallQueue<string>,
        ];
        let now = 0;
        for (const [action, value, pause] of steps) {
          for (let ms = 0; ms < pause; ms++) often.peek(now + at(ms));
          now += at(pause);
          const text = `${['high', 'normal', 'low'][value % 3]} ${value % 2}/${value % 5} ${value}`;
          const results = [seldom, often].map((queue) =>
            action < 3 ? queue.enqueue(call(text, value), now) : queue.dequeue(now),
          );
          expect(results[0]).toEqual(results[1]);
        }
        expect(seldom.expire(now)).toEqual(often.expire(now));
        expect(drain(seldom, now)).toBe(drain(often, now));
      }),
    );
  });
});

describe('what is cancelled', () => {
  it('leaves the others as they were, and nothing of itself', () => {
    const queue = queueWith();
    enqueue(queue, 0, 'low a/1 1', 'low a/1 2', 'low a/2 3', 'low b/1 4');
    expect(queue.cancel(1)?.item).toBe('1');
    expect(queue.cancel(1)).toBeUndefined();
    expect([queue.size, queue.sizeOf('low')]).toEqual([3, 3]);
    expect(drain(queue, 0)).toBe('2 4 3');
    expect(queue.cancel(2)).toBeUndefined();
  });
});

describe('a full queue', () => {
  it('lets the newest of the lowest class go for a call of a higher', () => {
    const queue = queueWith({ maxLength: 4 });
    enqueue(queue, 0, 'low a/1 1', 'low b/1 2', 'normal a/1 3', 'high a/1 4');
    const displaced = (text: string) => {
      const [result] = enqueue(queue, 0, text);
      return result?.ok ? result.displaced?.item : result;
    };
    expect(displaced('low a/1 x')).toEqual({ ok: false, reason: 'full', length: 4 });
    expect(displaced('normal a/1 5')).toBe('2');
    expect(displaced('high a/1 6')).toBe('1');
    expect(displaced('normal a/1 x')).toEqual({ ok: false, reason: 'full', length: 4 });
    expect(displaced('high a/1 7')).toBe('5');
    expect(displaced('high a/1 8')).toBe('3');
    expect(displaced('high a/1 x')).toEqual({ ok: false, reason: 'full', length: 4 });
    expect(queue.size).toBe(4);
  });

  it('takes a call for what it counts as by now', () => {
    const queue = queueWith({ maxLength: 2, ageMs: 100 });
    enqueue(queue, 0, 'low a/1 old');
    enqueue(queue, at(50), 'low a/1 new');
    const [refused] = enqueue(queue, at(150), 'normal a/1 x');
    expect(refused).toEqual({ ok: false, reason: 'full', length: 2 });
    expect(enqueue(queue, at(150), 'high a/1 x')[0]).toMatchObject({ ok: true, displaced: { item: 'new' } });
  });

  it('has room again when a call has lapsed', () => {
    const queue = queueWith({ maxLength: 1 });
    queue.enqueue(call('low a/1 1', 100), 0);
    expect(queue.enqueue(call('low a/1 2'), at(99)).ok).toBe(false);
    expect(queue.enqueue(call('low a/1 2'), at(100)).ok).toBe(true);
    expect(queue.expire(at(100)).map(({ item }) => item)).toEqual(['1']);
  });
});

describe('a deadline', () => {
  it('takes a call out of the order, and lays it ready', () => {
    const queue = queueWith({ maxWaitMs: 200 });
    queue.enqueue(call('low a/1 1', 150), 0);
    queue.enqueue(call('low a/1 2', 900), 0);
    queue.enqueue(call('low a/1 3', 100), 0);
    queue.enqueue(call('low a/1 4'), at(10));
    expect(queue.nextDeadline()).toBe(at(100));
    expect(queue.expire(at(99))).toEqual([]);
    expect(queue.peek(at(150))?.item).toBe('2');
    expect([queue.size, queue.nextDeadline()]).toEqual([2, at(100)]);
    expect(queue.expire(at(200)).map(({ item }) => item)).toEqual(['3', '1', '2']);
    expect(queue.expire(at(200))).toEqual([]);
    expect(queue.nextDeadline()).toBe(at(210));
    expect(queue.dequeue(at(210))).toBeUndefined();
  });

  it('is kept to the nanosecond by a host that sets a timer for it', () => {
    const clock = new VirtualClock();
    const queue = queueWith();
    const expired: [string, number][] = [];
    const watch = () => {
      for (const { item } of queue.expire(clock.now())) expired.push([item, clock.now()]);
      const next = queue.nextDeadline();
      if (next !== undefined) clock.after((next - clock.now()) / NANOS_PER_MILLI, watch);
    };
    queue.enqueue(call('low a/1 1', 20), clock.now());
    queue.enqueue(call('low a/1 2', 10), clock.now());
    watch();
    clock.advance(HOUR_MS);
    expect(expired).toEqual([
      ['2', at(10)],
      ['1', at(20)],
    ]);
    expect(clock.nextAlarm()).toBeUndefined();
  });

  it('that has come already is hopeless', () => {
    const result = queueWith().enqueue(call('high a/1 x', 5), at(5));
    expect(result).toEqual({ ok: false, reason: 'hopeless', expectedWait: 0, timeLeft: 0 });
  });
});

describe('the expected wait', () => {
  /** Ten calls of one run wait, and ten were taken, one in each 100 ms. */
  function busy() {
    const queue = queueWith();
    for (let index = 0; index < 20; index++) queue.enqueue(call(`normal a/1 ${index}`), 0);
    for (let index = 1; index <= 10; index++) queue.dequeue(at(100 * index));
    return { queue, now: at(1000) };
  }

  it('is the mean interval for each call that goes before', () => {
    const { queue, now } = busy();
    expect(queue.expectedWait('normal', now)).toBe(at(1000));
    expect(queue.expectedWait('normal', now, { client: 'a', run: '1' })).toBe(at(1000));
    expect(queue.expectedWait('normal', now, { client: 'a', run: '2' })).toBe(at(100));
    expect(queue.expectedWait('high', now)).toBe(0);
  });

  it('grows while none is taken', () => {
    const { queue, now } = busy();
    expect(queue.expectedWait('normal', now + at(900))).toBe(at(10 * 200));
  });

  it('makes a call hopeless whose deadline is not later, with the numbers', () => {
    const { queue, now } = busy();
    const refusal = { ok: false, reason: 'hopeless', expectedWait: at(1000), timeLeft: at(1000) };
    expect(queue.enqueue(call('normal a/1 x', 2000), now)).toEqual(refusal);
    expect(queue.enqueue(call('normal a/1 x', 2001), now)).toMatchObject({ ok: true, ahead: 10 });
    expect(queue.enqueue(call('normal b/1 x', 1200), now)).toMatchObject({ ok: true, ahead: 1 });
  });

  it('is taken from the host where it knows better', () => {
    const { queue, now } = busy();
    expect(queue.enqueue(call('normal a/1 x', 1100), now, 0).ok).toBe(true);
    expect(queue.enqueue(call('high a/1 x', 1100), now, at(100))).toMatchObject({ reason: 'hopeless' });
    expect(queue.enqueue(call('high a/1 x'), now, at(30_000))).toMatchObject({ timeLeft: at(30_000) });
  });

  it('lets no call be displaced by one that is hopeless', () => {
    const queue = queueWith({ maxLength: 1 });
    enqueue(queue, 0, 'low a/1 1');
    expect(queue.enqueue(call('high a/1 x', 10), 0, at(10)).ok).toBe(false);
    expect(queue.peek(0)?.item).toBe('1');
  });
});
