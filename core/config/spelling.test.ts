import { describe, expect, it } from 'vitest';
import { problemsOf } from './test-config.ts';

const pool = (line: string) => `[pools.fast]\ninstances = ["one"]\n${line}`;

describe('a key that is', () => {
  it.each([
    ['in broken TOML', '[pools.fast\ninstances = []', 'my.toml:1:12: not valid TOML: '],
    [
      'misspelt',
      pool('stategy = "x"'),
      'my.toml:3:1: pools.fast.stategy: there is no such key; did you mean "strategy"?',
    ],
    [
      'misspelt at the top',
      '[data-plane]',
      'my.toml:1:1: data-plane: there is no such key; did you mean "data_plane"?',
    ],
    [
      'unheard of',
      '[retry]\nfoo = 1',
      'my.toml:2:1: retry.foo: there is no such key; there are "max_attempts", "base_ms", "cap_ms", "budget_share"',
    ],
    [
      'in camel case',
      '[retry]\nmaxAttempts = 1',
      'my.toml:2:1: retry.maxAttempts: there is no such key; did you mean "max_attempts"?',
    ],
    [
      'missing',
      '[instances.two]\nmodel = "m"',
      'my.toml:1:1: instances.two.provider: this key is needed: a text',
    ],
    ['of the wrong type', '[data_plane]\nport = "x"', 'my.toml:2:1: data_plane.port: a number is needed'],
    ['no name', '[pools."a b"]\ninstances = ["one"]', 'my.toml:1:1: pools."a b": a name has letters'],
  ])('%s is refused with its place and what is allowed', (_, text, expected) => {
    expect(problemsOf(text)[0]?.slice(0, expected.length)).toBe(expected);
  });
});
