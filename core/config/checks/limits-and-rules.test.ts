import { describe, expect, it } from 'vitest';
import { configOf, problemsOf } from '../test-config.ts';

const LOCAL = '[providers.local]\nendpoint = "http://127.0.0.1:1"\n';
const two = (lines: string) => `${LOCAL}[instances.two]\nprovider = "local"\n${lines}`;
const tier = (group: string, pool: string) => `[[groups.${group}.tiers]]\nname = "a"\npools = ["${pool}"]\n`;

describe('a configuration with', () => {
  it.each([
    [
      'a fallback of a category to another',
      '[categories.llm]\nfallback = { instance = "reader" }',
      'my.toml:2:14: categories.llm.fallback.instance: "reader" is of the category "document" and cannot stand in for "llm"',
    ],
    [
      'a fallback of a category to nobody',
      '[categories.llm]\nfallback = { instance = "reeder" }',
      'my.toml:2:14: categories.llm.fallback.instance: there is no instance "reeder"; did you mean "reader"?',
    ],
    [
      'a queue for those who wait',
      '[categories.llm]\nfallback = { queue = true }',
      'my.toml:2:14: categories.llm.fallback.queue: only a call of the category "document" can be taken now and answered later',
    ],
    [
      'a probe longer than its interval',
      '[probes.llm]\ninterval_ms = 1_000\ntimeout_ms = 2_000',
      'my.toml:3:1: probes.llm.timeout_ms: a probe takes no longer than the pause between two: at most interval_ms, which is 1000',
    ],
    [
      'an ejection above the longest',
      '[health]\nejection_ms = 400_000\nmax_ejection_ms = 300_000',
      'my.toml:3:1: health.max_ejection_ms: the longest ejection cannot be shorter than the first',
    ],
    [
      'a resource that is not declared',
      `[resources]\ngpu = 1\n${two('model = "m"\nrequires = { gpus = 1 }')}`,
      'my.toml:8:14: instances.two.requires.gpus: there is no resource "gpus"; did you mean "gpu"? (they are declared in [resources])',
    ],
    [
      'more of a resource than there is',
      `[resources]\ngpu = 1\n${two('model = "m"\nrequires = { gpu = 1.5 }')}`,
      'my.toml:8:14: instances.two.requires.gpu: 1.5 is more than the 1 that [resources] declares',
    ],
    [
      'more than there is for a category',
      '[categories.llm]\nrequires = { cpu = 2 }\n[resources]\ncpu = 1',
      'my.toml:2:14: categories.llm.requires.cpu: 2 is more than the 1',
    ],
    [
      'a rule that leads nowhere',
      '[[routing]]\nwhen = "true"\nto = "fast"\n[[routing]]\nwhen = "true"\nto = "fasst"',
      'my.toml:6:1: routing[1].to: there is no group, pool, path or model "fasst"; did you mean "fast"?',
    ],
    [
      'a policy twice',
      '[[policies]]\nname = "p"\ndeny = "false"\n[[policies]]\nname = "p"\ndeny = "true"',
      'my.toml:5:1: policies[1].name: there is a policy "p" already',
    ],
  ])('%s is refused', (_, text, expected) => {
    expect(problemsOf(text)[0]?.slice(0, expected.length)).toBe(expected);
  });

  it.each([
    ['documents that wait', '[categories.document]\nfallback = { queue = true }'],
    [
      'as much of a resource as there is',
      `[resources]\ngpu = 1\n${two('model = "m"\nrequires = { gpu = 1 }')}`,
    ],
    [
      'a rule to a group',
      `${tier('g', 'fast')}[[routing]]\nwhen = "complexity < 0.3 && category == 'llm' && model == 'auto'"\nto = "g"`,
    ],
    [
      'a policy on lists and maps',
      `[[policies]]\nname = "p"\ndeny = "capabilities.exists(c, c == 'tools') && labels['team'] != 'search' && zone == ''"`,
    ],
  ])('%s is taken', (_, text) => {
    expect(() => configOf(text)).not.toThrow();
  });
});
