import { describe, expect, it } from 'vitest';
import { applyMasks, masksFor, type Secret } from './masks.ts';

const masked = (text: string, secrets: readonly Secret[]) => applyMasks(text, masksFor(text, secrets));

describe('masks', () => {
  it('say what was there, and keep what says no more than that', () => {
    const secrets = [
      { start: 0, end: 6, rule: 'github-pat', kept: 3 },
      { start: 7, end: 10, rule: 'jwt' },
      { start: 11, end: 14 },
    ];
    expect(masked('ghpABC eyJ abc.', secrets)).toBe('ghp…[redacted:github-pat] [redacted:jwt] [redacted].');
  });

  it.each<[string, Secret, Secret, string]>([
    ['the more exact of two', of(0, 9, 'generic-api-key'), of(0, 9, 'jwt'), 'j'],
    ['the more exact of two, whichever comes first', of(0, 9, 'jwt'), of(3, 9, 'generic-api-key'), 'j'],
    ['an exact value rather than a kind', of(0, 6, 'jwt'), { start: 2, end: 9 }, ''],
    ['the first of two of the same worth', of(0, 5, 'jwt'), of(4, 9, 'age-secret-key'), 'j'],
  ])('are one where secrets lie over each other: %s', (_, one, other, expected) => {
    const mark = expected === '' ? '[redacted]' : '[redacted:jwt]';
    expect(masked('abcdefghi!', [one, other])).toBe(`${mark}!`);
    expect(masked('abcdefghi!', [other, one])).toBe(`${mark}!`);
  });

  it('leave what is masked already', () => {
    const text = 'x [redacted:jwt] y';
    expect(masked(text, [of(0, text.length, 'generic-api-key')])).toBe(text);
  });
});

function of(start: number, end: number, rule: string): Secret {
  return { start, end, rule };
}
