import { describe, expect, it } from 'vitest';
import { configOf, problemsOf } from '../test-config.ts';

const tier = (group: string, pool: string) => `[[groups.${group}.tiers]]\nname = "a"\npools = ["${pool}"]\n`;
const group = (lines: string) => `${tier('g', 'fast')}${lines}`;
const fallback = (line: string) => group(`[groups.g.fallback]\n${line}`);

describe('a group with', () => {
  it.each([
    [
      'a pool of a tier that is not there',
      tier('g', 'fats'),
      'my.toml:3:10: groups.g.tiers[0].pools[0]: there is no pool, path or model "fats"; did you mean "fast"?',
    ],
    [
      'a path of a tier that is not there',
      tier('g', 'one/x'),
      'my.toml:3:10: groups.g.tiers[0].pools[0]: there is no pool, path or model "one/x"; did you mean "one/m"?',
    ],
    [
      'a tier twice',
      group('[[groups.g.tiers]]\nname = "a"\npools = ["m"]'),
      'my.toml:5:1: groups.g.tiers[1].name: there is a tier "a" in this group already',
    ],
    [
      'tiers of two categories',
      group('[[groups.g.tiers]]\nname = "b"\npools = ["readers"]'),
      'my.toml:1:1: groups.g: its tiers serve different categories; those of a group serve one',
    ],
    [
      'a name for a pool and a group',
      tier('fast', 'one/m'),
      'my.toml:1:1: groups.fast: "fast" is a pool too, so that a model field could mean either; rename one of them',
    ],
    [
      'a fallback to itself',
      fallback('timeout = { group = "g" }'),
      'my.toml:5:13: groups.g.fallback.timeout.group: a group cannot fall back to itself; "next-tier" goes on within it',
    ],
    [
      'a fallback to a group that is not there',
      fallback('server_error = { group = "h" }'),
      'my.toml:5:18: groups.g.fallback.server_error.group: there is no group "h"; known are "g"',
    ],
    [
      'a fallback to an instance that is not there',
      fallback('exhausted = { instance = "onne" }'),
      'my.toml:5:15: groups.g.fallback.exhausted.instance: there is no instance "onne"; did you mean "one"?',
    ],
    [
      'a fallback to an instance of another category',
      fallback('auth = { instance = "reader" }'),
      'my.toml:5:10: groups.g.fallback.auth.instance: "reader" is of the category "document", but the group serves "llm"',
    ],
    [
      'a fallback to a group of another category',
      `${fallback('auth = { group = "h" }')}\n${tier('h', 'readers')}`,
      'my.toml:5:10: groups.g.fallback.auth.group: the group "h" serves "document", but this one "llm"',
    ],
    [
      'groups that fall back in a circle',
      ['a', 'b', 'c']
        .map(
          (name, index) =>
            `${tier(name, 'fast')}[groups.${name}.fallback]\nexhausted = { group = "${'bcb'[index]}" }\n`,
        )
        .join(''),
      'my.toml:15:15: groups.c.fallback.exhausted.group: the groups fall back in a circle: b → c → b',
    ],
  ])('%s is refused', (_, text, expected) => {
    expect(problemsOf(text)[0]?.slice(0, expected.length)).toBe(expected);
  });

  it.each([
    [
      'pools, paths and models in a tier',
      group('[[groups.g.tiers]]\nname = "b"\npools = ["fast", "one/m", "simulated/m", "m"]'),
    ],
    [
      'groups that fall back in a line',
      `${fallback('timeout = { group = "h" }\nauth = { group = "i" }')}\n${tier('h', 'm')}[groups.h.fallback]\ntimeout = { group = "i" }\n${tier('i', 'm')}`,
    ],
    ['an answer to what was refused, on purpose', fallback('content_policy = { answer = "No." }')],
  ])('%s is taken', (_, text) => {
    expect(() => configOf(text)).not.toThrow();
  });

  it('two circles has two problems, and groups that only lead into one have none', () => {
    const groups = { a: 'b', b: 'a', c: 'd', d: 'c', e: 'a' };
    const text = Object.entries(groups)
      .map(
        ([name, next]) =>
          `${tier(name, 'fast')}[groups.${name}.fallback]\nexhausted = { group = "${next}" }\n`,
      )
      .join('');
    expect(problemsOf(text).map((problem) => problem.split(': ').at(-1))).toEqual(['a → b → a', 'c → d → c']);
  });
});
