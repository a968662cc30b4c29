import { describe, expect, it } from 'vitest';
import { configOf, problemsOf } from '../test-config.ts';

const LOCAL = '[providers.local]\nendpoint = "http://127.0.0.1:1"\n';
const two = (lines: string) => `${LOCAL}[instances.two]\nprovider = "local"\n${lines}`;

describe('a service with', () => {
  it.each([
    [
      'a provider that is not there',
      '[instances.two]\nprovider = "simulatid"\nmodel = "m"',
      'my.toml:2:1: instances.two.provider: there is no provider "simulatid"; did you mean "simulated"?',
    ],
    [
      'a provider far from any',
      '[instances.two]\nprovider = "gone"\nmodel = "m"',
      'my.toml:2:1: instances.two.provider: there is no provider "gone"; known are "simulated", "parse"',
    ],
    [
      'a provider named like what every object has',
      '[instances.two]\nprovider = "constructor"\nmodel = "m"',
      'my.toml:2:1: instances.two.provider: there is no provider "constructor"',
    ],
    [
      'an instance without a model',
      two(''),
      'my.toml:3:1: instances.two.model: an instance of the category "llm" needs a model',
    ],
    [
      'a simulated model that is not there',
      '[instances.two]\nprovider = "simulated"\nmodel = "x"',
      'my.toml:3:1: instances.two.model: there is no simulated model "x"; known are "m"',
    ],
    [
      'a simulated document service',
      '[providers.p]\nendpoint = "simulated"\ncategory = "document"',
      'my.toml:3:1: providers.p.category: the simulated provider is an "llm" or "embedding"; for "document" an http:// or https:// endpoint is needed',
    ],
    [
      'a member that is not there',
      '[pools.slow]\ninstances = ["one", "twi"]',
      'my.toml:2:21: pools.slow.instances[1]: there is no instance "twi"; known are "one", "reader"',
    ],
    [
      'a member twice',
      '[pools.slow]\ninstances = ["one", "one"]',
      'my.toml:2:21: pools.slow.instances[1]: "one" is in this pool already',
    ],
    [
      'members of two categories',
      '[pools.slow]\ninstances = ["one", "reader"]',
      'my.toml:2:21: pools.slow.instances[1]: "reader" is of the category "document", but "one" of "llm"; the members of a pool have one category',
    ],
    [
      'a rule for who is not in the pool',
      '[pools.fast]\ninstances = ["one"]\nstrategy = "rules"\n[[pools.fast.options.rules]]\nwhen = "true"\ninstance = "two"',
      'my.toml:6:1: pools.fast.options.rules[0].instance: there is no instance "two" in the pool; it has "one"',
    ],
  ])('%s is refused', (_, text, expected) => {
    expect(problemsOf(text)[0]?.slice(0, expected.length)).toBe(expected);
  });

  it.each([['a document service without a model', '[instances.two]\nprovider = "parse"']])(
    '%s is taken',
    (_, text) => {
      expect(() => configOf(text)).not.toThrow();
    },
  );
});
