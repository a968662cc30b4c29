import { describe, expect, it } from 'vitest';
import type { SpanId } from '../base/ids.ts';
import { VirtualClock } from '../base/virtual-clock.ts';
import { recordRun } from '../journal/recorded-events.ts';
import { FailedCalls, type ClientAttempt } from './failed-calls.ts';

const span = (name: string) => name as SpanId;
const of = (more: Partial<ClientAttempt> = {}): ClientAttempt => ({ request: 'POST /chat abc', ...more });

function setUp() {
  const clock = new VirtualClock();
  return { clock, calls: new FailedCalls(clock), run: recordRun('one').recorder };
}

describe('a call that a client may be trying again', () => {
  it.each<[string, Partial<ClientAttempt>, Partial<ClientAttempt>, boolean]>([
    ['is tried again where the client counts', { retry: 0 }, { retry: 1 }, true],
    ['is tried again where the key is the same', { idempotencyKey: 'k' }, { idempotencyKey: 'k' }, true],
    [
      'is another where the key is another',
      { idempotencyKey: 'k', retry: 0 },
      { idempotencyKey: 'l', retry: 1 },
      false,
    ],
    ['is another where the client says that it begins', { retry: 0 }, { retry: 0 }, false],
    ['is another where nothing says so', {}, {}, false],
    ['is another where the request is another', {}, { request: 'POST /chat abd', retry: 1 }, false],
    ['is another where it was a later retry itself', { retry: 2 }, { retry: 1 }, false],
  ])('%s', (_, before, now, expected) => {
    const { calls, run } = setUp();
    calls.note(run, of(before), span('a'));
    expect(calls.takeRetried(run, of(now))).toBe(expected ? 'a' : undefined);
  });

  it('is tried again once, in its own run, by the next in the count, and not for ever', () => {
    const { calls, run, clock } = setUp();
    for (const [name, retry] of [
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ] as const) {
      calls.note(run, of({ retry }), span(name));
    }
    expect(calls.takeRetried(recordRun('other').recorder, of({ retry: 1 }))).toBeUndefined();
    expect(calls.takeRetried(run, of({ retry: 2 }))).toBe('b');
    expect(calls.takeRetried(run, of({ retry: 1 }))).toBe('c');
    clock.advance(120_001);
    expect(calls.takeRetried(run, of({ retry: 1 }))).toBeUndefined();
  });

  it('is forgotten where there are very many', () => {
    const { calls, run } = setUp();
    for (let call = 0; call <= 256; call++) calls.note(run, of({ request: `${call}` }), span(`${call}`));
    expect(calls.takeRetried(run, of({ request: '0', retry: 1 }))).toBeUndefined();
    expect(calls.takeRetried(run, of({ request: '1', retry: 1 }))).toBe('1');
  });
});
