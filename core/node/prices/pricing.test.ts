import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../../journal/event.ts';
import type { Instance } from '../../registry/instance.ts';
import { PriceList } from './price-list.ts';
import { createPricing, type PriceOverrides } from './pricing.ts';
import { BUNDLED_LIST } from './stored-list.ts';

const million: Usage = { input: 1_000_000, output: 0 };

function instanceOf(more: Partial<Instance> = {}): Instance {
  return {
    name: 'one',
    provider: 'p',
    category: 'llm',
    endpoint: 'https://api.openai.com/v1',
    model: 'gpt-4o-mini',
    weight: 1,
    priority: 1,
    maintenance: false,
    ...more,
  };
}

function pricingAt(wallTime: string, overrides: PriceOverrides = {}) {
  const clock = { now: () => 0, wallTime: () => Date.parse(wallTime) };
  return createPricing({ clock, list: new PriceList(BUNDLED_LIST), overrides });
}

const price = pricingAt('2026-11-21T12:00:00Z');

describe('what a call has cost', () => {
  it('is by the public list, whose version is recorded', () => {
    expect(price(instanceOf(), { ...million, output: 1_000_000 }, undefined)).toEqual({
      usd: 0.75,
      priceSource: 'genai-prices 0.1.8',
    });
    const { dependencies } = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    ) as { dependencies: Record<string, string> };
    expect(BUNDLED_LIST).toBe(`genai-prices ${dependencies['@pydantic/genai-prices']}`);
  });

  it('is of the model that answered, else of the one that was asked', () => {
    expect(price(instanceOf(), million, 'gpt-4o-2024-11-20')?.usd).toBe(2.5);
    expect(price(instanceOf(), million, 'something else')?.usd).toBe(0.15);
  });

  it('is different for what was cached, written to the cache for minutes or an hour, and beyond a tier', () => {
    const claude = instanceOf({
      endpoint: 'https://api.anthropic.com/v1',
      model: 'claude-sonnet-4-5-20250929',
    });
    const usd = (usage: Partial<Usage>) =>
      price(claude, { input: 100_000, output: 0, ...usage }, undefined)!.usd;
    expect(usd({})).toBeCloseTo(0.3);
    expect(usd({ cachedInput: 100_000 })).toBeCloseTo(0.03);
    expect(usd({ cacheWrite: 100_000 })).toBeCloseTo(0.375);
    expect(usd({ cacheWrite: 100_000, longCacheWrite: 100_000 })).toBeCloseTo(0.6);
    expect(usd({ cacheWrite: 100_000, longCacheWrite: 50_000 })).toBeCloseTo(0.4875);
    expect(usd({ input: 300_000 })).toBeCloseTo(1.8);
  });

  it('is by the price of its day', () => {
    const o3 = instanceOf({ model: 'o3' });
    expect(pricingAt('2025-06-01T00:00:00Z')(o3, million, undefined)?.usd).toBe(10);
    expect(pricingAt('2025-07-01T00:00:00Z')(o3, million, undefined)?.usd).toBe(2);
  });

  it('is by the price of its hour, also where that changes while the host runs', () => {
    let wallTime = Date.parse('2025-08-01T12:00:00Z');
    const list = new PriceList(BUNDLED_LIST);
    const clock = { now: () => 0, wallTime: () => wallTime };
    const priced = createPricing({ clock, list, overrides: {} });
    const deepseek = instanceOf({ endpoint: 'https://api.deepseek.com', model: 'deepseek-chat' });
    expect(priced(deepseek, million, undefined)?.usd).toBe(0.27);
    wallTime = Date.parse('2025-08-01T18:00:00Z');
    expect(priced(deepseek, million, undefined)?.usd).toBe(0.135);
  });

  it.each<[string, Partial<Instance>, number | undefined]>([
    [
      'the name of the provider where the address says nothing',
      { endpoint: 'https://llm.corp.example/v1', provider: 'mistral', model: 'mistral-large-latest' },
      2,
    ],
    [
      'the model where its name alone says whose it is',
      { endpoint: 'http://127.0.0.1:4000/v1', provider: 'local', model: 'claude-3-5-haiku-latest' },
      0.8,
    ],
    [
      'nobody for an open model on a server of one’s own',
      { endpoint: 'http://127.0.0.1:11434/v1', provider: 'local', model: 'deepseek-r1:8b' },
      undefined,
    ],
    [
      'nobody there, whatever the server is called',
      { endpoint: 'http://ollama:11434/v1', provider: 'mistral', model: 'mistral-large-latest' },
      undefined,
    ],
    [
      'nobody for what openai has given away',
      { endpoint: 'http://192.168.0.7/v1', provider: 'local', model: 'gpt-oss:20b' },
      undefined,
    ],
  ])('is by %s', (_, more, expected) => {
    expect(price(instanceOf(more), million, undefined)?.usd).toBe(expected);
  });

  it('is not known for a model that nobody knows, or knows no price of, and is never zero then', () => {
    const nobody = { endpoint: 'https://x.example/v1' };
    expect(price(instanceOf({ ...nobody, model: 'sim-small' }), million, undefined)).toBeUndefined();
    const google = { endpoint: 'https://generativelanguage.googleapis.com/v1beta/openai' };
    expect(price(instanceOf({ ...google, model: 'gemma-3' }), million, undefined)).toBeUndefined();
    const impossible = { input: 1, output: 1, cachedInput: 5 };
    expect(price(instanceOf(), impossible, undefined)).toBeUndefined();
    const free = { endpoint: 'https://openrouter.ai/api/v1', model: 'deepseek/deepseek-r1:free' };
    expect(price(instanceOf(free), million, undefined)?.usd).toBe(0);
  });

  it('is marked where the usage is an estimate', () => {
    expect(price(instanceOf(), { ...million, estimated: true }, undefined)).toMatchObject({
      estimated: true,
    });
  });

  it('is by the configuration where that says something: of the instance, else of the model', () => {
    const overrides = {
      '*': { input: 9, output: 9 },
      'gpt-*': { input: 3, output: 3 },
      'p/gpt-4o-*': { input: 2, output: 4, cachedInput: 1, cacheWrite: 5 },
      'a.c': { input: 7, output: 7 },
    };
    const own = pricingAt('2026-11-21T12:00:00Z', overrides);
    const of = (model: string, more: Partial<Instance> = {}) =>
      own(instanceOf({ model, ...more }), million, undefined);
    expect(of('gpt-4o-mini')).toEqual({ usd: 2, priceSource: 'configuration' });
    expect([of('GPT-5')?.usd, of('abc')?.usd, of('a.c')?.usd]).toEqual([3, 9, 7]);
    expect(of('gpt-4o-mini', { price: { input: 1, output: 1 } })?.usd).toBe(1);
    const mixed = { input: 1_000_000, output: 500_000, cachedInput: 200_000, cacheWrite: 100_000 };
    expect(own(instanceOf(), mixed, undefined)?.usd).toBeCloseTo(0.7 * 2 + 0.2 * 1 + 0.1 * 5 + 0.5 * 4);
  });
});
