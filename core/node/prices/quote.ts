import type { Millis, Tokens } from '../../base/units.ts';
import type { ModelTable, TabledModel } from './model-table.ts';
import type { PriceList } from './price-list.ts';
import type { Rates } from './rates.ts';

type Rate = Rates['input'];

/** USD for a million tokens of each kind; a tier holds for all of a call whose input is above its start. */
export interface QuotedPrice {
  readonly input?: Rate;
  readonly output?: Rate;
  readonly cachedInput?: Rate;
  readonly cacheWrite?: Rate;
  readonly longCacheWrite?: Rate;
}

/** What is known of a model at one provider. */
export interface Quote {
  readonly provider: string;
  readonly model: string;
  /** By the list that calls are priced with; absent where it has none. */
  readonly price?: QuotedPrice;
  readonly priceSource?: string;
  /** The second opinion, and where it says something else. */
  readonly check?: {
    readonly source: string;
    readonly price: QuotedPrice;
    readonly differs: readonly (keyof QuotedPrice)[];
  };
  /** Tokens of input. */
  readonly contextWindow?: Tokens;
}

export interface QuoteSources {
  readonly list: PriceList;
  readonly table: ModelTable;
}

/** Lists round, and are of different days. */
const SAME_WITHIN = 0.01;

/** Of a model at each provider that has it, or at one. */
export function quotesOf(
  { list, table }: QuoteSources,
  model: string,
  provider: string | undefined,
  wallTime: Millis,
): readonly Quote[] {
  const providers = provider === undefined ? table.providers : [provider];
  return providers.flatMap((name) => {
    const asked = { provider: name, endpoint: 'https://nobody.invalid' };
    const listed = list.find(asked, model, wallTime);
    const tabled = table.find(name, model);
    if (!tabled && listed?.provider !== name) return [];
    const price = listed?.provider === name ? priceOf(listed.rates) : undefined;
    return [
      {
        provider: name,
        model: listed?.id ?? model,
        ...(price && { price, priceSource: list.source }),
        ...(tabled?.price && { check: checkOf(table.source, tabled.price, price) }),
        ...(tabled?.maxInput !== undefined && { contextWindow: tabled.maxInput }),
      },
    ];
  });
}

function priceOf({ input, output, cacheRead, cacheWrite, longCacheWrite }: Rates): QuotedPrice {
  return {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(cacheRead !== undefined && cacheRead !== input && { cachedInput: cacheRead }),
    ...(cacheWrite !== undefined && cacheWrite !== input && { cacheWrite }),
    ...(longCacheWrite !== undefined && longCacheWrite !== cacheWrite && { longCacheWrite }),
  };
}

function checkOf(
  source: string,
  price: NonNullable<TabledModel['price']>,
  listed: QuotedPrice | undefined,
): NonNullable<Quote['check']> {
  const names = ['input', 'output', 'cachedInput', 'cacheWrite', 'longCacheWrite'] as const;
  const differs = names.filter((name) => {
    const [one, other] = [price[name], baseOf(listed?.[name])];
    if (one === undefined || other === undefined) return false;
    return Math.abs(one - other) > SAME_WITHIN * Math.max(one, other);
  });
  return { source, price, differs };
}

function baseOf(rate: Rate): number | undefined {
  return typeof rate === 'object' ? rate.base : rate;
}
