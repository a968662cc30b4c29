import type { ModelPrice } from '@pydantic/genai-prices';
import type { Usd } from '../../base/units.ts';
import type { Usage } from '../../journal/event.ts';

const MILLION = 1_000_000;
const THOUSAND = 1_000;

type Rate = ModelPrice[string];

/** What a model costs now, as `@pydantic/genai-prices` has it: USD for a million tokens of each kind, perhaps in tiers. */
export interface Rates {
  readonly input: Rate;
  readonly output: Rate;
  readonly cacheRead: Rate;
  readonly cacheWrite: Rate;
  readonly shortCacheWrite: Rate;
  readonly longCacheWrite: Rate;
  readonly reasoning: Rate;
  /** For a thousand requests. */
  readonly requests: Rate;
}

export function ratesOf(price: ModelPrice): Rates {
  const input = price['input_mtok'];
  const cacheWrite = price['cache_write_mtok'] ?? input;
  return {
    input,
    output: price['output_mtok'],
    cacheRead: price['cache_read_mtok'] ?? input,
    cacheWrite,
    shortCacheWrite: price['cache_write_5m_mtok'] ?? cacheWrite,
    longCacheWrite: price['cache_write_1h_mtok'] ?? cacheWrite,
    reasoning: price['output_reasoning_mtok'] ?? price['output_mtok'],
    requests: price['requests_kcount'],
  };
}

/**
 * What so much costs; the same sum as `calcPrice` of the package, which takes a fifth of a millisecond for it. Nothing
 * where there is no rate for something that was used, or where the parts are more than the whole.
 */
export function costAt(rates: Rates, usage: Usage): Usd | undefined {
  const { input, output, cachedInput = 0, cacheWrite = 0, longCacheWrite = 0, reasoning = 0 } = usage;
  const shortCacheWrite = usage.longCacheWrite === undefined ? 0 : cacheWrite - longCacheWrite;
  const parts: readonly (readonly [tokens: number, rate: Rate])[] = [
    [input - cachedInput - cacheWrite, rates.input],
    [cachedInput, rates.cacheRead],
    [cacheWrite - longCacheWrite - shortCacheWrite, rates.cacheWrite],
    [shortCacheWrite, rates.shortCacheWrite],
    [longCacheWrite, rates.longCacheWrite],
    [output - reasoning, rates.output],
    [reasoning, rates.reasoning],
  ];
  let usd = (at(rates.requests, input) ?? 0) / THOUSAND;
  for (const [tokens, rate] of parts) {
    if (tokens === 0) continue;
    const each = at(rate, input);
    if (tokens < 0 || each === undefined) return undefined;
    usd += (tokens * each) / MILLION;
  }
  return usd;
}

/** The tier is that of all the input, and then holds for every token. */
function at(rate: Rate, input: number): number | undefined {
  if (typeof rate !== 'object') return rate;
  const tiers = rate.tiers.toSorted((one, other) => one.start - other.start);
  return tiers.findLast(({ start }) => input > start)?.price ?? rate.base;
}
