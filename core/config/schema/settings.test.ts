import { describe, expect, it } from 'vitest';
import { problemsOf } from '../test-config.ts';

describe('a setting that is', () => {
  it.each([
    [
      'no category',
      '[probes.documents]',
      'my.toml:1:1: probes.documents: there is no such key; did you mean "document"?',
    ],
    [
      'no strategy of a category',
      '[categories.llm]\nstrategy = "latncy"',
      'my.toml:2:1: categories.llm.strategy: did you mean "latency"?',
    ],
    [
      'a breaker that never opens',
      '[breaker]\nfailure_rate = 0',
      'my.toml:2:1: breaker.failure_rate: a share is above 0',
    ],
    [
      'a limit for slow calls of another kind',
      '[breaker]\nslow_call_ms = "2xp95"',
      'my.toml:2:1: breaker.slow_call_ms: a number of ms above 0, or "3xp95"',
    ],
    [
      'room for nobody at all',
      '[scheduler]\nmax_concurrent = 0',
      'my.toml:2:1: scheduler.max_concurrent: at least one attempt must be allowed',
    ],
    [
      'a queue without a place',
      '[queue]\nmax_length = 0',
      'my.toml:2:1: queue.max_length: at least one call must be able to wait',
    ],
    [
      'a class that never has its turn',
      '[queue]\nweights = { low = 0 }',
      'my.toml:2:13: queue.weights.low: a weight is above 0',
    ],
    ['a time of nothing', '[timeouts]\nidle_ms = 0', 'my.toml:2:1: timeouts.idle_ms: a timeout is above 0'],
    [
      'no connection',
      '[connections]\nmax = 0',
      'my.toml:2:1: connections.max: at least one connection is needed',
    ],
    [
      'a proxy of another kind',
      '[connections]\nproxy = "socks5://x"',
      'my.toml:2:1: connections.proxy: the http:// or https:// URL of a proxy is needed, "environment" or "none"',
    ],
    [
      'a proxy with its password',
      '[connections]\nproxy = "http://me:secret@proxy"',
      'my.toml:2:1: connections.proxy: a password is never written here: set HTTPS_PROXY',
    ],
    [
      'two exceptions in one',
      '[connections]\nno_proxy = ["a, b"]',
      'my.toml:2:13: connections.no_proxy[0]: one name, address or "*" each',
    ],
    ['no attempt', '[retry]\nmax_attempts = 0', 'my.toml:2:1: retry.max_attempts: must be at least 1'],
    [
      'a share above all',
      '[health]\nmax_ejected_share = 1.5',
      'my.toml:2:1: health.max_ejected_share: must be at most 1',
    ],
    [
      'a misspelt figure of health',
      '[health]\nsuccess_rate = { min_hosts = 1 }',
      'my.toml:2:18: health.success_rate.min_hosts: there is no such key; there are "minimum_hosts"',
    ],
    ['a capacity of nothing', '[resources]\ngpu = 0', 'my.toml:2:1: resources.gpu: a quantity is above 0'],
    [
      'a path that is none',
      '[probes.llm]\npath = "models"',
      'my.toml:2:1: probes.llm.path: a path starts with "/"',
    ],
    [
      'a category that does not queue',
      '[categories.document]\nfallback = { queue = false }',
      'my.toml:2:1: categories.document.fallback: { instance = "…" }, { answer = "…" } or { queue = true }',
    ],
    [
      'a policy without a name',
      '[[policies]]\ndeny = "true"',
      'my.toml:1:1: policies[0].name: this key is needed',
    ],
    [
      'a policy that is no condition',
      '[[policies]]\nname = "p"\ndeny = "zone + 1"',
      'my.toml:3:1: policies[0].deny: ',
    ],
    [
      'a policy on what is not known',
      '[[policies]]\nname = "p"\ndeny = "region == \'eu\'"',
      'my.toml:3:1: policies[0].deny: Unknown variable: region (character 1 of the condition); it can speak of category',
    ],
    [
      'a rule that is not true or false',
      '[[routing]]\nwhen = "tools"\nto = "fast"',
      'my.toml:2:1: routing[0].when: a condition is true or false, but this is int',
    ],
    [
      'a rule on an instance',
      '[[routing]]\nwhen = "zone == \'eu\'"\nto = "fast"',
      'my.toml:2:1: routing[0].when: Unknown variable: zone',
    ],
    [
      'no expression for what is no secret',
      '[redaction]\nallow = ["a("]',
      'my.toml:2:10: redaction.allow[0]: Invalid regular expression: /a(/: Unterminated group',
    ],
    [
      'a misspelt optimiser',
      '[optimiser.schedular]',
      'my.toml:1:1: optimiser.schedular: there is no such key; did you mean "scheduler"?',
    ],
  ])('%s is refused with its place and what is allowed', (_, text, expected) => {
    expect(problemsOf(text)[0]?.slice(0, expected.length)).toBe(expected);
  });
});
