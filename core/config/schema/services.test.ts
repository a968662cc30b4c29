import { describe, expect, it } from 'vitest';
import { problemsOf } from '../test-config.ts';

const instance = (line: string) => `[instances.two]\nprovider = "simulated"\nmodel = "m"\n${line}`;
const pool = (line: string) => `[pools.fast]\ninstances = ["one"]\n${line}`;

describe('a service that has', () => {
  it.each([
    [
      'no category of a provider',
      '[providers.p]\nendpoint = "http://x"\ncategory = "documnt"',
      'my.toml:3:1: providers.p.category: did you mean "document"? allowed are "llm", "embedding"',
    ],
    [
      'no strategy',
      pool('strategy = "best"'),
      'my.toml:3:1: pools.fast.strategy: not a value for this key; allowed are "round-robin"',
    ],
    [
      'no adapter',
      '[providers.p]\nendpoint = "http://x"\ncategory = "vector-db"\nadapter = "croma"',
      'my.toml:4:1: providers.p.adapter: did you mean "chroma"?',
    ],
    [
      'an adapter for models',
      '[providers.p]\nendpoint = "http://x"\nadapter = "chroma"',
      'my.toml:3:1: providers.p.adapter: an "llm" is read by its dialect',
    ],
    [
      'an operation that nobody could recognise',
      '[providers.p]\nendpoint = "http://x"\ncategory = "vector-db"\nadapter = "chroma"\n[providers.p.operations.serach]\nanswer = { results = "count ids.*" }',
      'my.toml:5:1: providers.p.operations.serach: a path is needed',
    ],
    [
      'a count that is none',
      '[providers.p]\nendpoint = "http://x"\ncategory = "tool"\n[providers.p.operations.x]\npath = "/x"\nanswer = { hits = "mean a" }',
      'my.toml:6:12: providers.p.operations.x.answer.hits: not a measure; count PATH',
    ],
    [
      'a path with a query',
      '[providers.p]\nendpoint = "http://x"\ncategory = "tool"\n[providers.p.operations.x]\npath = "/x?y"',
      'my.toml:5:1: providers.p.operations.x.path: a path starts with "/", and has no query',
    ],
    [
      'no URL',
      '\n[providers.p]\nendpoint = "localhost"',
      'my.toml:3:1: providers.p.endpoint: an http:// or https:// base URL is needed, or "simulated"',
    ],
    [
      'no variable',
      '[providers.p]\nendpoint = "http://x"\napi_key_env = "sk-12"',
      'my.toml:3:1: providers.p.api_key_env: the name of an environment variable',
    ],
    [
      'a key written down',
      '[providers.p]\nendpoint = "http://x"\napi_key = "sk-12"',
      'my.toml:3:1: providers.p.api_key: a key is never written here: store it with `signalbox secrets set NAME` and write "secret:NAME"',
    ],
    [
      'a stored key without a name',
      '[providers.p]\nendpoint = "http://x"\napi_key = "secret:"',
      'my.toml:3:1: providers.p.api_key: a key is never written here',
    ],
    [
      'two keys',
      '[providers.p]\nendpoint = "http://x"\napi_key = "secret:a"\napi_key_env = "A"',
      'my.toml:3:1: providers.p.api_key: a provider has one key',
    ],
    [
      'an empty pool',
      '[pools.slow]\ninstances = []',
      'my.toml:2:1: pools.slow.instances: a pool needs at least one instance',
    ],
    [
      'an option that the strategy does not have',
      pool('strategy = "cost-optimized"\noptions = { max_respons_ms = 5 }'),
      'my.toml:4:13: pools.fast.options.max_respons_ms: there is no such key; did you mean "max_response_ms"?',
    ],
    [
      'an option out of its range',
      pool('strategy = "round-robin"\n[pools.fast.options]\nexploration = 2'),
      'my.toml:5:1: pools.fast.options.exploration: must be at most 1',
    ],
    [
      'an option of no strategy',
      pool('options = { best = 1 }'),
      'my.toml:3:1: pools.fast.options: options belong to a strategy; name it with `strategy`',
    ],
    [
      'a rule that is no expression',
      pool('strategy = "rules"\noptions = { rules = [{ when = "task.(", instance = "one" }] }'),
      'my.toml:4:24: pools.fast.options.rules[0].when: ',
    ],
    [
      'a breaker of a pool that never opens',
      pool('breaker = { failure_rate = 0 }'),
      'my.toml:3:13: pools.fast.breaker.failure_rate: a share is above 0',
    ],
    ['a weight of nothing', instance('weight = 0'), 'my.toml:4:1: instances.two.weight: a weight is above 0'],
    [
      'a weight below nothing',
      instance('weight = -1'),
      'my.toml:4:1: instances.two.weight: a weight is above 0',
    ],
    [
      'a limit of nothing',
      instance('limits = { rpm = 0 }'),
      'my.toml:4:12: instances.two.limits.rpm: a limit is above 0',
    ],
    [
      'room for nobody',
      pool('max_concurrent = 0'),
      'my.toml:3:1: pools.fast.max_concurrent: at least one attempt must be allowed',
    ],
    [
      'a budget that is not of the host',
      pool('retry = { budget_share = 0.2 }'),
      'my.toml:3:11: pools.fast.retry.budget_share: the budget is one for the whole host; it stands in [retry]',
    ],
    [
      'a hedge of nothing',
      pool('hedge = { max = 0 }'),
      'my.toml:3:11: pools.fast.hedge.max: must be at least 1',
    ],
    [
      'a hedge at another time',
      pool('hedge = { after = "p99" }'),
      'my.toml:3:11: pools.fast.hedge.after: a number of ms above 0, or "p95"',
    ],
  ])('%s is refused with its place and what is allowed', (_, text, expected) => {
    expect(problemsOf(text)[0]?.slice(0, expected.length)).toBe(expected);
  });
});
