import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../../journal/event.ts';
import { costAt, ratesOf } from './rates.ts';

const table = JSON.parse(
  readFileSync(new URL('../../../resources/prices/models.json', import.meta.url), 'utf8'),
) as {
  readonly providers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};
const timestamp = new Date('2026-11-21T12:00:00Z');

/** Every model of the table that the package knows, too. */
const known = Object.entries(table.providers).flatMap(([providerId, models]) =>
  Object.keys(models).flatMap((model) => {
    const found = calcPrice({ input_tokens: 0 }, model, { providerId, timestamp });
    return found ? [{ providerId, model, price: found.model_price }] : [];
  }),
);

const tokens = fc.oneof(fc.nat(1000), fc.nat(2_000_000));
const anyUsage = fc
  .record({
    cachedInput: fc.option(tokens, { nil: undefined }),
    shortCacheWrite: tokens,
    longCacheWrite: fc.option(tokens, { nil: undefined }),
    cacheWrite: fc.option(tokens, { nil: undefined }),
    fresh: tokens,
    reasoning: fc.option(tokens, { nil: undefined }),
    said: tokens,
  })
  .map(({ cachedInput, shortCacheWrite, longCacheWrite, cacheWrite, fresh, reasoning, said }): Usage => {
    const written = longCacheWrite === undefined ? cacheWrite : shortCacheWrite + longCacheWrite;
    return {
      input: fresh + (cachedInput ?? 0) + (written ?? 0),
      output: said + (reasoning ?? 0),
      ...(cachedInput !== undefined && { cachedInput }),
      ...(written !== undefined && { cacheWrite: written }),
      ...(longCacheWrite !== undefined && { longCacheWrite }),
      ...(reasoning !== undefined && { reasoning }),
    };
  });

function asTheirs({ input, output, cachedInput, cacheWrite, longCacheWrite, reasoning }: Usage) {
  return {
    input_tokens: input,
    output_tokens: output,
    ...(cachedInput !== undefined && { cache_read_tokens: cachedInput }),
    ...(cacheWrite !== undefined && { cache_write_tokens: cacheWrite }),
    ...(longCacheWrite !== undefined && {
      cache_write_1h_tokens: longCacheWrite,
      cache_write_5m_tokens: (cacheWrite ?? 0) - longCacheWrite,
    }),
    ...(reasoning !== undefined && { output_reasoning_tokens: reasoning }),
  };
}

describe('what so much of a model costs', () => {
  it('is what the package says, for every model that it knows and any usage', () => {
    expect(known.length).toBeGreaterThan(300);
    fc.assert(
      fc.property(fc.constantFrom(...known), anyUsage, ({ providerId, model, price }, usage) => {
        const theirs = calcPrice(asTheirs(usage), model, { providerId, timestamp })!.total_price;
        const ours = costAt(ratesOf(price), usage);
        // They take what has no price for nothing.
        const isWhole = price['input_mtok'] !== undefined && price['output_mtok'] !== undefined;
        fc.pre(isWhole || ours !== undefined);
        expect(ours).toBeCloseTo(theirs, 9);
      }),
      { numRuns: 2000 },
    );
  });

  it('is not known where something was used that has no price, or the parts are more than the whole', () => {
    const embedding = ratesOf({ input_mtok: 0.02 });
    expect(costAt(embedding, { input: 1_000_000, output: 0 })).toBe(0.02);
    expect(costAt(embedding, { input: 1, output: 1 })).toBeUndefined();
    const rates = ratesOf({ input_mtok: 1, output_mtok: 1 });
    expect(costAt(rates, { input: 1, output: 0, cachedInput: 2 })).toBeUndefined();
    expect(costAt(rates, { input: 1, output: 1, reasoning: 2 })).toBeUndefined();
    expect(costAt(rates, { input: 3, output: 0, cacheWrite: 1, longCacheWrite: 2 })).toBeUndefined();
  });

  it('is by the tier of all the input, whatever their order', () => {
    const tiers = [
      { start: 200, price: 4 },
      { start: 100, price: 2 },
    ];
    const rates = ratesOf({ input_mtok: { base: 1, tiers }, output_mtok: { base: 10, tiers: [] } });
    const cost = (input: number) => costAt(rates, { input, output: 0 })! * 1e6;
    expect([100, 101, 200, 201].map((input) => Math.round(cost(input)))).toEqual([100, 202, 400, 804]);
  });
});
