import { describe, expect, it } from 'vitest';
import { problemsOf } from '../test-config.ts';

const group = (lines: string) => `[[groups.g.tiers]]\nname = "a"\npools = ["fast"]\n${lines}`;
const fallback = (line: string) => group(`[groups.g.fallback]\n${line}`);

describe('a group that has', () => {
  it.each([
    [
      'a limit of nothing of a tier',
      group('limits = { tpm = 0 }'),
      'my.toml:4:12: groups.g.tiers[0].limits.tpm: a limit is above 0',
    ],
    [
      'a group without tiers',
      '[groups.g]\ntiers = []',
      'my.toml:2:1: groups.g.tiers: a group needs at least one tier',
    ],
    [
      'a tier without pools',
      '[[groups.g.tiers]]\nname = "a"\npools = []',
      'my.toml:3:1: groups.g.tiers[0].pools: a tier needs at least one pool',
    ],
    [
      'a second tier without a name',
      group('[[groups.g.tiers]]\npools = ["fast"]'),
      'my.toml:4:1: groups.g.tiers[1].name: this key is needed',
    ],
    [
      'a fallback for wrong requests',
      fallback('bad_request = "next-tier"'),
      'my.toml:5:1: groups.g.fallback.bad_request: a request that is wrong here is wrong everywhere, so it never falls back',
    ],
    [
      'a fallback to who knows where',
      fallback('timeout = "next-teir"'),
      'my.toml:5:1: groups.g.fallback.timeout: "next-tier", "none", { group = "…" }, { instance = "…" } or { answer = "…" }',
    ],
    [
      'a fallback to two places',
      fallback('timeout = { group = "h", answer = "x" }'),
      'my.toml:5:1: groups.g.fallback.timeout: "next-tier", "none"',
    ],
    [
      'a tier after the last',
      fallback('exhausted = "next-tier"'),
      'my.toml:5:1: groups.g.fallback.exhausted: "none", { group',
    ],
    [
      'a promotion at once',
      group('[groups.g.promotion]\nafter_ms = 0'),
      'my.toml:5:1: groups.g.promotion.after_ms: a time is above 0',
    ],
    [
      'a promotion for nothing',
      group('[groups.g.promotion]\nsuccesses = 0'),
      'my.toml:5:1: groups.g.promotion.successes: at least 1',
    ],
  ])('%s is refused with its place and what is allowed', (_, text, expected) => {
    expect(problemsOf(text)[0]?.slice(0, expected.length)).toBe(expected);
  });
});
