import { describe, expect, it } from 'vitest';
import { parseGoRegex } from './go-regex.ts';
import { printRegex, type Branches } from './regex-pieces.ts';
import { leadingLiterals, withoutIdleBeginning } from './literals.ts';

function parsed(source: string): Branches {
  const result = parseGoRegex(source);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('the texts that every match begins with', () => {
  it.each<[string, readonly string[] | undefined]>([
    [String.raw`\b(ghp_[0-9a-z]{36})`, ['ghp_']],
    ['(?:ghu|ghs)_x', ['ghu_x', 'ghs_x']],
    ['(?i)Key(?:or)?s', ['keys', 'keyors']],
    ['private[_-]?ai[a-z]', ['privateai', 'private_ai', 'private-ai']],
    ['(?:A3T[A-Z0-9]|AKIA)[A-Z2-7]', ['a3t', 'akia']],
    ['xox[os]-\\d+', ['xoxo-', 'xoxs-']],
    ['ab{2}c', ['ab']],
    ['ab+c', ['ab']],
    ['[a-z]bc', undefined],
    ['(?:abc|[0-9]d)e', undefined],
    ['a[0-9]', undefined],
    ['abc*', ['ab']],
  ])('of %s', (source, expected) => {
    expect(leadingLiterals(parsed(source))).toEqual(expected);
  });

  it('stand behind what may as well be absent', () => {
    const branches = parsed(String.raw`(?i)[\w.-]{0,50}?(?:okta)=|[\w.-]{0,50}?(?i:[\w.-]{0,9}?jira)=`);
    expect(leadingLiterals(branches)).toBeUndefined();
    expect(leadingLiterals(withoutIdleBeginning(branches))).toEqual(['okta=', 'jira=']);
    const greedy = parsed('[a-z]{0,5}key');
    expect(printRegex(withoutIdleBeginning(greedy))).toBe(printRegex(greedy));
  });
});
