import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Instance } from '../../registry/instance.ts';
import { withAssumedWindow } from './assume-window.ts';
import { readModelTable } from './model-table.ts';
import { PriceList } from './price-list.ts';
import { quotesOf } from './quote.ts';

const table = readModelTable(fileURLToPath(new URL('../../../resources', import.meta.url)));
const sources = { list: new PriceList('a list'), table };
const now = Date.parse('2026-11-21');

describe('the table of models', () => {
  it('knows windows and prices by provider, and nothing else', () => {
    expect(table.source).toBe('litellm 2026-08-01');
    expect(table.find('openai', 'gpt-4o')).toEqual({
      maxInput: 128_000,
      maxOutput: 16_384,
      price: { input: 2.5, output: 10, cachedInput: 1.25 },
    });
    expect(table.find('anthropic', 'claude-sonnet-4-5')?.price).toMatchObject({
      cacheWrite: 3.75,
      longCacheWrite: 6,
    });
    for (const name of ['nobody', '__proto__', 'constructor']) {
      expect([table.find(name, 'gpt-4o'), table.find('openai', name)]).toEqual([undefined, undefined]);
    }
  });

  it('says what fits into an instance that does not declare it, and is at one of its providers', () => {
    const instance: Instance = {
      name: 'one',
      provider: 'p',
      category: 'llm',
      endpoint: 'https://api.openai.com/v1',
      model: 'gpt-4o',
      weight: 1,
      priority: 1,
      maintenance: false,
    };
    expect(withAssumedWindow(instance, table).assumedContextWindow).toBe(128_000);
    for (const other of [
      { contextWindow: 9 },
      { endpoint: 'http://127.0.0.1:11434/v1', model: 'deepseek-chat' },
      { model: 'unheard-of' },
      { model: '' },
    ]) {
      expect(withAssumedWindow({ ...instance, ...other }, table)).toEqual({ ...instance, ...other });
    }
  });
});

describe('a quote', () => {
  it('is the price of the list with its tiers, and where the table has another', () => {
    expect(quotesOf(sources, 'claude-sonnet-4-5', 'anthropic', now)).toMatchObject([
      {
        provider: 'anthropic',
        price: { input: { base: 3, tiers: [{ start: 200_000, price: 6 }] } },
        priceSource: 'a list',
        check: { source: 'litellm 2026-08-01', differs: [] },
        contextWindow: 200_000,
      },
    ]);
  });

  it('is of every provider that has the model, with or without a price', () => {
    const providers = quotesOf(sources, 'gpt-4o-mini', undefined, now).map(({ provider }) => provider);
    expect(providers).toContain('openai');
    expect(providers).toContain('azure');
    expect(quotesOf(sources, 'unheard-of', undefined, now)).toEqual([]);
  });

  it('agrees with the second opinion for most models', () => {
    const models = [
      'gpt-4o',
      'gpt-4.1',
      'gpt-5',
      'o3',
      'claude-opus-4-1',
      'gemini-2.5-pro',
      'gemini-2.5-flash',
    ];
    const quotes = models.flatMap((model) => quotesOf(sources, model, undefined, now));
    const checked = quotes.filter(({ price, check }) => price && check);
    const different = checked.filter(({ check }) => check!.differs.length > 0);
    expect(checked.length).toBeGreaterThan(7);
    expect(different.length / checked.length).toBeLessThan(0.3);
  });
});
