import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callOver, type Calls } from './call-over.ts';
import { Given, serveCalls, Together } from './serve-calls.ts';

interface Table {
  add: [number: number, sum: number];
  total: [nothing: undefined, total: number];
  memory: [bytes: number, memory: Uint8Array];
}

let channel: MessageChannel;
let calls: Calls<Table>;
let groups: (readonly number[])[];
let given: Uint8Array | undefined;

beforeEach(() => {
  channel = new MessageChannel();
  calls = callOver<Table>(channel.port1);
  groups = [];
  let total = 0;
  serveCalls<Table>(channel.port2, {
    add: new Together(4, (numbers: readonly number[]) => {
      groups.push(numbers);
      if (numbers.includes(-1)) throw Object.assign(new Error('no'), { code: 'NEGATIVE' });
      return numbers.map((number) => (total += number));
    }),
    total: () => total,
    memory(bytes) {
      const memory = new ArrayBuffer(bytes);
      given = new Uint8Array(memory).fill(7);
      return new Given(given, [memory]);
    },
  });
});

afterEach(() => channel.port1.close());

const add = (...numbers: readonly number[]) => numbers.map((number) => calls.call('add', number));

describe('calls that are served together', () => {
  it('are those that have come one after the other, up to so many, each with its own answer', async () => {
    const sums = await Promise.all(add(1, 2, 3, 4, 5, 6));
    expect(groups).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    expect(sums).toEqual([1, 3, 6, 10, 15, 21]);
    expect(await Promise.all(add(1))).toEqual([22]);
  });

  it('end where another call comes, which is served in its turn', async () => {
    const before = add(1, 2);
    const total = calls.call('total', undefined);
    const after = add(10);
    expect(await total).toBe(3);
    expect(await Promise.all([...before, ...after])).toEqual([1, 3, 13]);
    expect(groups).toEqual([[1, 2], [10]]);
  });

  it('all fail where they do, with the code of the error, and those of the next group do not', async () => {
    const results = await Promise.allSettled(add(1, -1, 2, 3, 4));
    expect(results.map(({ status }) => status)).toEqual([...Array<string>(4).fill('rejected'), 'fulfilled']);
    await expect(add(-1)[0]).rejects.toMatchObject({ message: 'no', code: 'NEGATIVE' });
  });
});

describe('an answer whose memory is given away', () => {
  it('comes whole, and is no longer where it was made', async () => {
    expect(await calls.call('memory', 3)).toEqual(Uint8Array.of(7, 7, 7));
    expect(given?.length).toBe(0);
  });
});
