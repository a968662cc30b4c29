import { describe, expect, it } from 'vitest';
import { MOST_LINES, WaitingLines } from './waiting-lines.ts';

describe('what waits for a server', () => {
  it('is taken in order, once', () => {
    const waiting = new WaitingLines();
    expect([waiting.add('one'), waiting.add('two')]).toEqual([true, true]);
    expect(waiting.take()).toEqual(['one', 'two']);
    expect(waiting.take()).toEqual([]);
  });

  it('is so many messages at most', () => {
    const waiting = new WaitingLines();
    for (let count = 0; count < MOST_LINES; count++) expect(waiting.add(`${count}`)).toBe(true);
    expect([waiting.isFull, waiting.add('more')]).toEqual([true, false]);
    expect(waiting.take()).toHaveLength(MOST_LINES);
    expect([waiting.isFull, waiting.add('more')]).toEqual([false, true]);
  });

  it('is no more than fits into the memory', () => {
    const waiting = new WaitingLines();
    const large = 'x'.repeat(33 * 1024 * 1024);
    expect([waiting.add(large), waiting.isFull, waiting.add(large), waiting.add('more')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
