import { calcPrice } from '@pydantic/genai-prices';
import type { Cost, Usage } from '../../journal/event.ts';
import type { Instance } from '../../registry/instance.ts';

const PRICE_LIST = 'genai-prices 0.1.8';
const MILLION = 1_000_000;

/** The configured price, else the public list's for the model that answered; nothing where neither knows. */
export function priceOf(
  instance: Instance,
  usage: Usage,
  answeredModel: string | undefined,
): Cost | undefined {
  if (instance.price) {
    const { input, output } = instance.price;
    return { usd: (usage.input * input + usage.output * output) / MILLION, priceSource: 'configuration' };
  }
  const found = calcPrice(
    {
      input_tokens: usage.input,
      output_tokens: usage.output,
      ...(usage.cachedInput !== undefined && { cache_read_tokens: usage.cachedInput }),
    },
    answeredModel ?? instance.model,
  );
  return found ? { usd: found.total_price, priceSource: PRICE_LIST } : undefined;
}
