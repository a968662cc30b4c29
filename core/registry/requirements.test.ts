import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from './instance.ts';
import { requirementsSchema, unfit, unmet, type Requirements, type Unmet } from './requirements.ts';

const instance: Instance = {
  name: 'mini',
  provider: 'openai',
  category: 'llm',
  endpoint: 'http://127.0.0.1:1/v1',
  model: 'gpt-4o-mini',
  capabilities: ['json', 'tools'],
  contextWindow: 1000,
  price: { input: 0.15, output: 0.6 },
  weight: 1,
  priority: 1,
  maintenance: false,
  zone: 'eu',
  labels: { team: 'search', tier: 'a' },
};
/** Nothing is said of it. */
const bare: Instance = {
  name: 'bare',
  provider: 'local',
  category: 'llm',
  endpoint: 'http://127.0.0.1:1/v1',
  model: 'm',
  weight: 1,
  priority: 1,
  maintenance: false,
};

describe('what an instance must be for a requirement', () => {
  it.each<[string, Instance, Requirements, Unmet | undefined]>([
    ['anything', instance, {}, undefined],
    ['anything, under maintenance', { ...instance, maintenance: true }, {}, { reason: 'maintenance' }],
    ['what it can do', instance, { capabilities: ['tools'] }, undefined],
    [
      'more than it can do',
      instance,
      { capabilities: ['vision', 'tools', 'audio'] },
      { reason: 'lacks-capability', missing: ['vision', 'audio'] },
    ],
    [
      'anything of one that can do nothing special',
      { ...instance, capabilities: [] },
      { capabilities: ['tools'] },
      { reason: 'lacks-capability', missing: ['tools'] },
    ],
    ['abilities of one that did not declare any', bare, { capabilities: ['vision'] }, undefined],
    ['a window that is just enough', instance, { minContextWindow: 1000 }, undefined],
    [
      'a larger window',
      instance,
      { minContextWindow: 1001 },
      { reason: 'context-too-small', needed: 1001, limit: 1000 },
    ],
    ['tokens that just fit', instance, { inputTokens: 700, outputTokens: 300 }, undefined],
    [
      'more tokens than fit, in and out together',
      instance,
      { inputTokens: 700, outputTokens: 301 },
      { reason: 'context-too-small', needed: 1001, limit: 1000 },
    ],
    ['a window of one that did not declare it', bare, { minContextWindow: 9_000_000 }, undefined],
    ['its zone', instance, { zone: 'eu' }, undefined],
    ['another zone', instance, { zone: 'us' }, { reason: 'other-zone', wanted: 'us', zone: 'eu' }],
    ['a zone of one without', bare, { zone: 'us' }, { reason: 'other-zone', wanted: 'us' }],
    ['its labels', instance, { labels: { team: 'search' } }, undefined],
    [
      'another value of a label',
      instance,
      { labels: { team: 'search', tier: 'b' } },
      { reason: 'other-label', label: 'tier', wanted: 'b', value: 'a' },
    ],
    [
      'a label that it does not have',
      instance,
      { labels: { constructor: 'x' } },
      { reason: 'other-label', label: 'constructor', wanted: 'x' },
    ],
    ['a price that both of its prices keep', instance, { maxPriceUsdPerMillion: 0.6 }, undefined],
    [
      'a price that one of its prices exceeds',
      instance,
      { maxPriceUsdPerMillion: 0.5 },
      { reason: 'too-expensive', limit: 0.5, price: 0.6 },
    ],
    [
      'a price of one whose price is not known',
      bare,
      { maxPriceUsdPerMillion: 100 },
      { reason: 'too-expensive', limit: 100 },
    ],
  ])('%s', (_, given, requirements, expected) => {
    expect(unmet(given, requirements)).toEqual(expected);
  });

  it('is sure of what is only assumed: an input that is far too large, or a window that somebody asks for', () => {
    const { contextWindow: _, ...undeclared } = instance;
    const assumed = { ...undeclared, assumedContextWindow: 1000 };
    const demand = { capabilities: [], inputTokens: 1500, outputTokens: 5000 };
    expect(unfit(assumed, demand)).toBeUndefined();
    const tooLarge = { reason: 'context-too-small', needed: 1501, limit: 1000 };
    expect(unfit(assumed, { ...demand, inputTokens: 1501 })).toEqual(tooLarge);
    expect(unmet(assumed, { minContextWindow: 1000, inputTokens: 1200 })).toBeUndefined();
    expect(unmet(assumed, { minContextWindow: 1501 })).toEqual(tooLarge);
    expect(unfit({ ...assumed, contextWindow: 9000 }, { ...demand, inputTokens: 4000 })).toBeUndefined();
  });

  it('is for a call what it is for somebody who asks for the same', () => {
    const demand = fc.record({
      capabilities: fc.subarray(['audio', 'json', 'tools', 'vision']),
      inputTokens: fc.nat(2000),
      outputTokens: fc.nat(2000),
    });
    const given = fc.record({
      maintenance: fc.boolean(),
      capabilities: fc.subarray(['audio', 'json', 'tools', 'vision']),
      contextWindow: fc.integer({ min: 1, max: 4000 }),
    });
    fc.assert(
      fc.property(given, demand, (keys, demand) => {
        expect(unfit({ ...instance, ...keys }, demand)).toEqual(unmet({ ...instance, ...keys }, demand));
      }),
    );
  });

  it.each([
    [{ capabilities: [''] }, ['capabilities', 0]],
    [{ minContextWindow: 0 }, ['minContextWindow']],
    [{ maxPriceUsdPerMillion: -1 }, ['maxPriceUsdPerMillion']],
    [{ inputTokens: 1.5 }, ['inputTokens']],
    [{ colour: 'red' }, []],
  ])('is not %j', (given, path) => {
    expect(requirementsSchema.safeParse(given)).toMatchObject({ error: { issues: [{ path }] } });
  });
});
