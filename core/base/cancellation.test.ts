import { describe, expect, it } from 'vitest';
import { Cancellation } from './cancellation.ts';

describe('a cancellation', () => {
  it('tells each listener once, in order, and those that come later nothing', () => {
    const cancellation = new Cancellation();
    const told: string[] = [];
    cancellation.addEventListener('abort', () => told.push(`first ${cancellation.aborted}`));
    cancellation.addEventListener('abort', () => told.push('second'));
    cancellation.abort();
    cancellation.abort();
    cancellation.addEventListener('abort', () => told.push('late'));
    expect(told).toEqual(['first true', 'second']);
  });

  it('tells nobody who has gone before, or whom it does not know', () => {
    const cancellation = new Cancellation();
    const told: string[] = [];
    const [one, other] = ['one', 'other'].map((name) => () => void told.push(name));
    cancellation.removeEventListener('abort', one!);
    cancellation.addEventListener('abort', one!);
    cancellation.addEventListener('abort', other!);
    cancellation.removeEventListener('abort', one!);
    cancellation.abort();
    expect(told).toEqual(['other']);
  });

  it('tells everybody though one of them makes another leave', () => {
    const cancellation = new Cancellation();
    const told: string[] = [];
    const other = () => void told.push('other');
    cancellation.addEventListener('abort', () => cancellation.removeEventListener('abort', other));
    cancellation.addEventListener('abort', other);
    cancellation.abort();
    expect(told).toEqual(['other']);
  });
});
