import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../../base/units.ts';
import { CALL_CLASSES, type CallClass } from './call-class.ts';
import { queueOptionsSchema, type QueueOptions } from '../../config/schema/scheduling.ts';
import { CallQueue } from './call-queue.ts';
import type { Waiting } from './waiting.ts';

type Call = Waiting<number> & { countsAs: CallClass };
type Owner = { readonly client: string; readonly run: string };

const rank = (one: CallClass) => 2 - CALL_CLASSES.indexOf(one);

/** The rules by scanning one array; tags and turns are absolute. */
function naiveQueue(options: QueueOptions) {
  const age = options.ageMs * NANOS_PER_MILLI;
  const { high, normal, low } = options.weights;
  const strideOf = (one: CallClass) => (high * normal * low) / options.weights[one];
  let waiting: Call[] = [];
  let lapsed: Call[] = [];
  let virtualTime = 0;
  const finish = { high: 0, normal: 0, low: 0 };
  const turns = new Map<string, number>();
  const intervals: number[] = [];
  let idleSince: number | undefined;
  let count = 0;
  let tickets = 0;

  const counting = (one: CallClass) => waiting.filter((call) => call.countsAs === one);
  const clientOf = (call: Call) => `${call.countsAs} ${call.client}`;
  const runOf = (call: Call) => `${call.countsAs} ${call.client} ${call.run}`;
  const agesAt = (call: Call) =>
    call.countsAs === 'high'
      ? Infinity
      : call.enqueuedAt + age * (rank(call.countsAs) - rank(call.class) + 1);
  const startOf = (one: CallClass) => Math.max(virtualTime, finish[one]);

  function leave(call: Call): void {
    waiting = waiting.filter((other) => other !== call);
    if (waiting.length > 0) return;
    virtualTime = 0;
    Object.assign(finish, { high: 0, normal: 0, low: 0 });
    idleSince = undefined;
  }

  function join(call: Call): void {
    if (!waiting.some((other) => clientOf(other) === clientOf(call))) turns.set(clientOf(call), ++count);
    if (!waiting.some((other) => runOf(other) === runOf(call))) turns.set(runOf(call), ++count);
    waiting.push(call);
  }

  function advance(now: number): void {
    const events = waiting
      .flatMap((call) => [
        { call, at: call.deadline, lapses: true },
        { call, at: agesAt(call), lapses: false },
      ])
      .filter(({ at }) => at <= now)
      .toSorted(
        (a, b) => a.at - b.at || Number(b.lapses) - Number(a.lapses) || a.call.ticket - b.call.ticket,
      );
    const [event] = events;
    if (!event) return;
    const { call } = event;
    if (event.lapses) {
      leave(call);
      lapsed.push(call);
    } else {
      waiting = waiting.filter((other) => other !== call);
      call.countsAs = call.countsAs === 'low' ? 'normal' : 'high';
      join(call);
    }
    advance(now);
  }

  function classInTurn(): CallClass | undefined {
    return CALL_CLASSES.filter((one) => counting(one).length > 0).toSorted(
      (a, b) => startOf(a) - startOf(b),
    )[0];
  }

  function head(): Call | undefined {
    const one = classInTurn();
    if (!one) return undefined;
    return counting(one).toSorted(
      (a, b) =>
        turns.get(clientOf(a))! - turns.get(clientOf(b))! ||
        turns.get(runOf(a))! - turns.get(runOf(b))! ||
        a.ticket - b.ticket,
    )[0];
  }

  /** At most so many of its class go before it. */
  function before(one: CallClass, owner: Owner | undefined): number {
    const all = counting(one);
    if (!owner) return all.length;
    const ofClient = all.filter((call) => call.client === owner.client);
    const ofRun = ofClient.filter((call) => call.run === owner.run);
    const otherRuns = new Set(ofClient.map((call) => call.run).filter((run) => run !== owner.run));
    const others = new Set(all.map((call) => call.client).filter((client) => client !== owner.client));
    const own = Math.min(ofClient.length, ofRun.length + otherRuns.size * (ofRun.length + 1));
    return own + Math.min(all.length - ofClient.length, others.size * (own + 1));
  }

  /** Lets the classes take their turns until the class has had so many, and one more is its. */
  function ahead(one: CallClass, owner: Owner | undefined): number {
    const left = { high: 0, normal: 0, low: 0 };
    for (const other of CALL_CLASSES) left[other] = counting(other).length;
    left[one] = before(one, owner) + 1;
    const start = { high: startOf('high'), normal: startOf('normal'), low: startOf('low') };
    for (let gone = 0; ; gone++) {
      const [turn] = CALL_CLASSES.filter((other) => left[other] > 0).toSorted((a, b) => start[a] - start[b]);
      if (turn === one && left[one] === 1) return gone;
      left[turn!]--;
      start[turn!] += strideOf(turn!);
    }
  }

  function expectedWait(one: CallClass, now: number, owner?: Owner): number {
    advance(now);
    if (intervals.length < 8) return 0;
    const mean = intervals.reduce(
      (mean, interval, index) => mean + (interval - mean) / Math.min(index + 1, 8),
      0,
    );
    const open = idleSince === undefined ? 0 : now - idleSince;
    return Math.round(ahead(one, owner) * (open > mean ? mean + (open - mean) / 8 : mean));
  }

  return {
    enqueue(item: number, one: CallClass, owner: Owner, ownDeadline: number, now: number, wait?: number) {
      const expected = wait ?? expectedWait(one, now, owner);
      advance(now);
      const deadline = Math.min(ownDeadline, now + options.maxWaitMs * NANOS_PER_MILLI);
      if (deadline - now <= expected) {
        return { ok: false, reason: 'hopeless', expectedWait: expected, timeLeft: deadline - now };
      }
      let displaced: Call | undefined;
      if (waiting.length === options.maxLength) {
        [displaced] = waiting.toSorted((a, b) => rank(a.countsAs) - rank(b.countsAs) || b.ticket - a.ticket);
        if (rank(displaced!.countsAs) >= rank(one)) {
          return { ok: false, reason: 'full', length: options.maxLength };
        }
        leave(displaced!);
      }
      const ticket = ++tickets;
      const result = { ok: true, ticket, ahead: ahead(one, owner), displaced: displaced?.item };
      if (waiting.length === 0) idleSince = now;
      join({ item, class: one, ...owner, deadline, enqueuedAt: now, ticket, countsAs: one });
      return result;
    },
    peek(now: number) {
      advance(now);
      return head()?.item;
    },
    dequeue(now: number) {
      advance(now);
      const call = head();
      if (!call) return undefined;
      virtualTime = startOf(call.countsAs);
      finish[call.countsAs] = virtualTime + strideOf(call.countsAs);
      turns.set(clientOf(call), ++count).set(runOf(call), ++count);
      intervals.push(now - idleSince!);
      idleSince = now;
      leave(call);
      return call.item;
    },
    cancel(ticket: number) {
      const call = [...waiting, ...lapsed].find((call) => call.ticket === ticket);
      lapsed = lapsed.filter((other) => other !== call);
      if (call && waiting.includes(call)) leave(call);
      return call?.item;
    },
    expire(now: number) {
      advance(now);
      const expired = lapsed.map((call) => call.item);
      lapsed = [];
      return expired;
    },
    expectedWait,
    seen: () => ({
      size: waiting.length,
      sizes: CALL_CLASSES.map((one) => counting(one).length),
      nextDeadline: Math.min(...[...waiting, ...lapsed].map((call) => call.deadline)),
      nextAgeing: Math.min(...waiting.map(agesAt)),
    }),
  };
}

function seen(queue: CallQueue<number>) {
  return {
    size: queue.size,
    sizes: CALL_CLASSES.map((one) => queue.sizeOf(one)),
    nextDeadline: queue.nextDeadline() ?? Infinity,
    nextAgeing: queue.nextAgeing() ?? Infinity,
  };
}

/** How many objects can be reached from there. */
function reachable(from: object): number {
  const found = new Set<object>([from]);
  for (const one of found) {
    const held: readonly unknown[] = one instanceof Map ? [...one].flat() : Object.values(one);
    for (const value of held) if (typeof value === 'object' && value !== null) found.add(value);
  }
  return found.size;
}

const weight = fc.constantFrom(1, 2, 3, 6);
const optionsArbitrary = fc
  .record({
    maxLength: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(100)),
    maxWaitMs: fc.constantFrom(40, 200, 1000),
    ageMs: fc.constantFrom(15, 50, 400),
    weights: fc.record({ high: weight, normal: weight, low: weight }),
  })
  .map((options) => queueOptionsSchema.parse(options));

const history = fc.array(fc.tuple(fc.nat(99), fc.nat(499)), { maxLength: 150, size: 'max' });

describe('the queue against a naive one', () => {
  it('does the same at every step of 10,000 random histories', { timeout: 120_000 }, () => {
    const happened = new Map<string, number>();
    const note = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);
    const check = fc.property(optionsArbitrary, history, (options, steps) => {
      const queue = new CallQueue<number>(options);
      const naive = naiveQueue(options);
      const compare = (what: string, ours: unknown, theirs: unknown) => {
        const [one, other] = [JSON.stringify(ours), JSON.stringify(theirs)];
        if (one !== other) throw new Error(`${what}: ${one}; naive: ${other}`);
      };
      let now = 1000;
      steps.forEach(([action, value], item) => {
        const one = CALL_CLASSES[value % 3]!;
        const owner = { client: `c${value % 2}`, run: `r${value % 7}` };
        if (action < 42) {
          const deadline = value % 4 === 0 ? now + (value - 20) * NANOS_PER_MILLI : Infinity;
          const wait = action < 15 ? undefined : value % 5 === 0 ? value * NANOS_PER_MILLI : 0;
          const ours = queue.enqueue({ item, class: one, ...owner, deadline }, now, wait);
          const result = ours.ok ? { ...ours, displaced: ours.displaced?.item } : ours;
          compare('enqueue', result, naive.enqueue(item, one, owner, deadline, now, wait));
          note(ours.ok ? (ours.displaced ? 'displaced' : 'enqueued') : ours.reason);
          if (!ours.ok && ours.reason === 'hopeless' && wait === undefined && deadline > now)
            note('too slow');
        } else if (action < 63) {
          const call = queue.dequeue(now);
          compare('dequeue', call?.item, naive.dequeue(now));
          if (call) note(`dequeued ${call.class}`);
        } else if (action < 68) {
          compare('peek', queue.peek(now)?.item, naive.peek(now));
        } else if (action < 76) {
          const ticket = value % (item + 1);
          const cancelled = queue.cancel(ticket);
          compare('cancel', cancelled?.item, naive.cancel(ticket));
          if (cancelled && cancelled.deadline <= now) note('cancelled when lapsed');
        } else if (action < 82) {
          const expired = queue.expire(now).map((call) => call.item);
          compare('expire', expired, naive.expire(now));
          if (expired.length > 0) note('expired');
        } else if (action < 85) {
          const ours = queue.expectedWait(one, now);
          compare('expected wait', ours, naive.expectedWait(one, now));
        } else {
          now += (value % 60) * NANOS_PER_MILLI;
        }
        compare('then', seen(queue), naive.seen());
      });
      for (let call = queue.dequeue(now); call; call = queue.dequeue(now)) {
        compare('at the end', call.item, naive.dequeue(now));
      }
      queue.expire(now);
      if (reachable(queue) !== reachable(new CallQueue(options))) throw new Error('something stayed');
    });
    fc.assert(check, { numRuns: 10_000, seed: 3 });
    expect(
      [...happened]
        .filter(([, times]) => times > 500)
        .map(([what]) => what)
        .toSorted(),
    ).toEqual([
      'cancelled when lapsed',
      'dequeued high',
      'dequeued low',
      'dequeued normal',
      'displaced',
      'enqueued',
      'expired',
      'full',
      'hopeless',
      'too slow',
    ]);
  });
});
