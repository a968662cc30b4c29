import { calcPrice, findProvider } from '@pydantic/genai-prices';
import type { Millis } from '../../base/units.ts';
import type { Instance } from '../../registry/instance.ts';
import { ratesOf, type Rates } from './rates.ts';

/** A model of the public list, as it is at one time. */
export interface ListedModel {
  /** As the list calls them. */
  readonly provider: string;
  readonly id: string;
  readonly rates: Rates;
}

/** Who is asked, as far as it says whose prices hold. */
export type Asked = Pick<Instance, 'endpoint' | 'provider'>;

/** Some prices are of a time of day. */
const MOST_STALE_MS: Millis = 60_000;
/** Agents choose the names of models. */
const MOST_REMEMBERED = 2_000;

/** Whose models have no weights that anybody could run: their names alone say who answers. */
const ONLY_THEIRS: ReadonlySet<string> = new Set(['anthropic', 'google', 'openai', 'voyageai', 'x-ai']);

const FREE = { input_mtok: 0, output_mtok: 0 };

/** The list of `@pydantic/genai-prices`; what was looked up in it is kept for as long as it holds. */
export class PriceList {
  /** Recorded with every price: the list and its version. */
  readonly source: string;
  private readonly known = new Map<
    string,
    { readonly model: ListedModel | undefined; readonly until: Millis }
  >();

  constructor(source: string) {
    this.source = source;
  }

  /** Nothing for a model that the list does not have there, or has no price for. */
  find(asked: Asked, model: string, wallTime: Millis): ListedModel | undefined {
    const key = `${asked.endpoint} ${asked.provider} ${model}`;
    const kept = this.known.get(key);
    if (kept && wallTime < kept.until) return kept.model;
    const provider = listedProviderOf(asked, model);
    const found = provider === undefined ? undefined : look(provider, model, wallTime);
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    const until = found?.isDated ? wallTime + MOST_STALE_MS : Infinity;
    this.known.set(key, { model: found?.model, until });
    return found?.model;
  }
}

/**
 * The provider of the list that an instance is of: by its address, else by the name that the configuration gives it, else by
 * the name of the model. A server of one's own is none, whatever open model it runs.
 */
export function listedProviderOf({ endpoint, provider }: Asked, model: string): string | undefined {
  const byAddress = findProvider({ providerApiUrl: endpoint })?.id;
  if (byAddress !== undefined) return byAddress;
  const byName = findProvider({ providerId: provider })?.id;
  if (byName !== undefined && (ONLY_THEIRS.has(byName) || !isPrivate(endpoint))) return byName;
  const byModel = findProvider({ modelId: model.toLowerCase() })?.id;
  return byModel !== undefined && ONLY_THEIRS.has(byModel) ? byModel : undefined;
}

function look(
  provider: string,
  name: string,
  wallTime: Millis,
): { readonly model: ListedModel; readonly isDated: boolean } | undefined {
  const found = calcPrice({ input_tokens: 0 }, name, { providerId: provider, timestamp: new Date(wallTime) });
  if (!found) return undefined;
  const { model, model_price: price } = found;
  // One without any price is one whose price is not known, unless it says that it is free.
  const known = Object.keys(price).length > 0 ? price : name.endsWith(':free') ? FREE : undefined;
  if (!known) return undefined;
  return {
    model: { provider: found.provider.id, id: model.id, rates: ratesOf(known) },
    isDated: Array.isArray(model.prices),
  };
}

/** On this machine or in a network of one's own. */
function isPrivate(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return (
    /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|\[)/.test(hostname) ||
    !hostname.includes('.') ||
    /\.(?:local|internal|lan|home\.arpa)$/.test(hostname)
  );
}
