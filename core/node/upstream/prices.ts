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
    const { input, output, cachedInput = input } = instance.price;
    const cached = usage.cachedInput ?? 0;
    const usd = ((usage.input - cached) * input + cached * cachedInput + usage.output * output) / MILLION;
    return { usd, priceSource: 'configuration' };
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
