import type { Clock } from '../../base/clock.ts';
import type { Usd } from '../../base/units.ts';
import type { Cost, Usage } from '../../journal/event.ts';
import type { Instance, Price } from '../../registry/instance.ts';
import type { PriceList } from './price-list.ts';
import { costAt } from './rates.ts';

/** Of the configuration: by names of models with `*` for anything. */
export type PriceOverrides = Readonly<Record<string, Price>>;

export interface PricingPorts {
  readonly clock: Clock;
  readonly list: PriceList;
  readonly overrides: PriceOverrides;
}

const MILLION = 1_000_000;
const CONFIGURED = 'configuration';

/** What a call has cost: nothing where no price is known, which is not zero. */
export type Pricing = (
  instance: Instance,
  usage: Usage,
  answeredModel: string | undefined,
) => Cost | undefined;

/**
 * By the price of the instance, else the configured one of the model, else the public list's at this time: of the model that
 * says it has answered, else of the one that was asked.
 */
export function createPricing({ clock, list, overrides }: PricingPorts): Pricing {
  const configured = (instance: Instance, models: readonly string[]): Price | undefined => {
    if (instance.price) return instance.price;
    const names = models.flatMap((model) => [model, `${instance.provider}/${model}`]);
    return configuredPriceOf(overrides, names)?.price;
  };
  const listed = (instance: Instance, usage: Usage, models: readonly string[]): Usd | undefined => {
    for (const model of models) {
      const found = list.find(instance, model, clock.wallTime());
      if (found) return costAt(found.rates, usage);
    }
    return undefined;
  };

  return (instance, usage, answeredModel) => {
    const models = [answeredModel ?? '', instance.model].filter((model) => model !== '');
    const price = configured(instance, models);
    const usd = price ? costBy(price, usage) : listed(instance, usage, models);
    if (usd === undefined) return undefined;
    const priceSource = price ? CONFIGURED : list.source;
    return { usd, priceSource, ...(usage.estimated && { estimated: usage.estimated }) };
  };
}

/** The configured price of a model that has these names: of the glob that says most of them. */
export function configuredPriceOf(
  overrides: PriceOverrides,
  names: readonly string[],
): { readonly glob: string; readonly price: Price } | undefined {
  const fitting = Object.entries(overrides).filter(([glob]) =>
    names.some((name) => patternOf(glob).test(name)),
  );
  const [best] = fitting.toSorted(([one], [other]) => literalsIn(other) - literalsIn(one));
  return best && { glob: best[0], price: best[1] };
}

function literalsIn(glob: string): number {
  return glob.replaceAll('*', '').length;
}

function costBy(price: Price, usage: Usage): Usd {
  const { cachedInput = price.input, cacheWrite = price.input } = price;
  const read = usage.cachedInput ?? 0;
  const written = usage.cacheWrite ?? 0;
  const fresh = Math.max(0, usage.input - read - written);
  return (
    (fresh * price.input + read * cachedInput + written * cacheWrite + usage.output * price.output) / MILLION
  );
}

function patternOf(glob: string): RegExp {
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${glob.split('*').map(literal).join('.*')}$`, 'i');
}
