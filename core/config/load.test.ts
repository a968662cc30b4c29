import { describe, expect, it } from 'vitest';
import { formatConfigProblem, loadConfig } from './load.ts';

const defaults = {
  file: 'default.toml',
  text: `
[providers.simulated]
endpoint = "simulated"
[instances.one]
provider = "simulated"
model = "m"
[pools.fast]
instances = ["one"]
[simulated.models.m]
first_token_ms = 1
tokens_per_second = 1
context_window = 100
[[simulated.scripts]]
match = "old"
`,
};

function problemsOf(text: string): string[] {
  const loaded = loadConfig(defaults, { file: 'my.toml', text });
  return loaded.ok ? [] : loaded.error.map(formatConfigProblem);
}

describe('a configuration', () => {
  it('is laid over the defaults name by name', () => {
    const text = `
[providers.local]
endpoint = "http://127.0.0.1:11434/v1"
[instances.two]
provider = "local"
model = "llama"
[pools.fast]
instances = ["one", "two"]
[[simulated.scripts]]
match = "new"
`;
    const loaded = loadConfig(defaults, { file: 'my.toml', text });
    if (!loaded.ok) throw new Error(loaded.error.map(formatConfigProblem).join('\n'));
    expect(loaded.value.pools['fast']).toEqual({
      strategy: 'round-robin',
      instances: ['one', 'two'],
      options: { exploration: 0.02 },
    });
    expect(Object.keys(loaded.value.instances)).toEqual(['one', 'two']);
    expect(loaded.value.simulated.scripts.map((script) => script.match)).toEqual(['new', 'old']);
    expect(loaded.value.data_plane.port).toBe(4600);
  });

  it.each([
    ['broken TOML', '[pools.fast\ninstances = []', /^my\.toml:1:\d+: not valid TOML/],
    [
      'an unknown key',
      '[pools.fast]\ninstances = ["one"]\nstategy = "x"',
      /^my\.toml:3:1: pools\.fast\.stategy: there is no such key/,
    ],
    [
      'an unknown strategy',
      '[pools.fast]\ninstances = ["one"]\nstrategy = "best"',
      /^my\.toml:3:1: pools\.fast\.strategy: .*round-robin/,
    ],
    ['a wrong type', '[data_plane]\nport = "x"', /^my\.toml:2:1: data_plane\.port: .*number/],
    [
      'an endpoint that is no URL',
      '\n[providers.p]\nendpoint = "localhost"',
      /^my\.toml:3:1: providers\.p\.endpoint: an http:\/\/ or https:\/\/ base URL/,
    ],
    [
      'a missing provider',
      '[instances.two]\nprovider = "gone"\nmodel = "m"',
      /^my\.toml:2:1: instances\.two\.provider: there is no provider "gone"; known are "simulated"/,
    ],
    [
      'a missing instance',
      '[pools.slow]\ninstances = ["one", "gone"]',
      /^my\.toml:2:1: pools\.slow\.instances: there is no instance "gone"/,
    ],
    [
      'a missing simulated model',
      '[instances.two]\nprovider = "simulated"\nmodel = "x"',
      /^my\.toml:3:1: instances\.two\.model: .*no model "x"; known are "m"/,
    ],
    [
      'an empty pool',
      '[pools.slow]\ninstances = []',
      /^my\.toml:2:1: pools\.slow\.instances: a pool needs at least one instance/,
    ],
    [
      'an option that the strategy does not have',
      '[pools.fast]\ninstances = ["one"]\nstrategy = "cost-optimized"\noptions = { max_response = 5 }',
      /^my\.toml:4:1: pools\.fast\.options\.max_response: there is no such key/,
    ],
    [
      'an option out of its range',
      '[pools.fast]\ninstances = ["one"]\nstrategy = "round-robin"\n[pools.fast.options]\nexploration = 2',
      /^my\.toml:5:1: pools\.fast\.options\.exploration: .*1/,
    ],
    [
      'a rule that is no expression',
      '[pools.fast]\ninstances = ["one"]\nstrategy = "rules"\noptions = { rules = [{ when = "task.(", instance = "one" }] }',
      /^my\.toml:4:1: pools\.fast\.options\.rules/,
    ],
    [
      'a breaker that never opens',
      '[breaker]\nfailure_rate = 0',
      /^my\.toml:2:1: breaker\.failure_rate: a share is above 0/,
    ],
    [
      'a weight of nothing',
      '[instances.one]\nprovider = "simulated"\nmodel = "m"\nweight = 0',
      /^my\.toml:4:1: instances\.one\.weight: a weight is above 0/,
    ],
    [
      'a limit of nothing',
      '[instances.one]\nprovider = "simulated"\nmodel = "m"\nlimits = { rpm = 0 }',
      /^my\.toml:4:1: instances\.one\.limits\.rpm: a limit is above 0/,
    ],
    [
      'a rule for an instance that is not in the pool',
      '[pools.fast]\ninstances = ["one"]\nstrategy = "rules"\noptions = { rules = [{ when = "true", instance = "two" }] }',
      /^my\.toml:4:1: pools\.fast\.options\.rules: there is no instance "two" in the pool; it has "one"/,
    ],
  ])('with %s is refused with the place and what to do', (_, text, expected) => {
    expect(problemsOf(text)[0]).toMatch(expected);
  });

  it('reports every problem, not only the first', () => {
    expect(problemsOf('[data_plane]\nport = -1\n[retry]\nmax_attempts = 0')).toHaveLength(2);
  });

  it('takes a strategy with its options in snake case, by an alias too', () => {
    const pool = (name: string, strategy: string, option: string) =>
      `[pools.${name}]\ninstances = ["one"]\nstrategy = "${strategy}"\noptions = { ${option} }\n`;
    const text =
      pool('smart', 'intelligent', 'best = 2') + pool('cheap', 'cost-optimized', 'max_response_ms = 900');
    const loaded = loadConfig(defaults, { file: 'my.toml', text });
    if (!loaded.ok) throw new Error(loaded.error.map(formatConfigProblem).join('\n'));
    expect(loaded.value.pools).toMatchObject({
      smart: { strategy: 'weighted-score', options: { best: 2 } },
      cheap: { strategy: 'cost-optimized', options: { maxResponseMs: 900 } },
    });
  });
});
