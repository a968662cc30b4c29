import type { Mutable } from '../base/mutable.ts';
import type { Tokens } from '../base/units.ts';
import type { Usage } from '../journal/event.ts';
import { countAt, fieldAt } from './json-access.ts';

/** Of the `usage` of Chat Completions and Embeddings; DeepSeek says by another name what came from the cache. */
export function readChatUsage(usage: unknown): Usage | undefined {
  const input = countAt(usage, 'prompt_tokens');
  if (input === undefined) return undefined;
  const details = fieldAt(usage, 'prompt_tokens_details');
  return withParts(input, countAt(usage, 'completion_tokens'), {
    cachedInput: countAt(details, 'cached_tokens') ?? countAt(usage, 'prompt_cache_hit_tokens'),
    cacheWrite: countAt(details, 'cache_write_tokens'),
    reasoning: countAt(fieldAt(usage, 'completion_tokens_details'), 'reasoning_tokens'),
  });
}

/** Of the `timings` that llama.cpp sends with every last chunk, also where nobody asked for the usage. */
export function readLlamaTimings(timings: unknown): Usage | undefined {
  const read = countAt(timings, 'prompt_n');
  if (read === undefined) return undefined;
  const cachedInput = countAt(timings, 'cache_n');
  return withParts(read + (cachedInput ?? 0), countAt(timings, 'predicted_n'), { cachedInput });
}

/** Of the `usage` of a response of the Responses API. */
export function readResponsesUsage(usage: unknown): Usage | undefined {
  const input = countAt(usage, 'input_tokens');
  if (input === undefined) return undefined;
  const details = fieldAt(usage, 'input_tokens_details');
  return withParts(input, countAt(usage, 'output_tokens'), {
    cachedInput: countAt(details, 'cached_tokens'),
    cacheWrite: countAt(details, 'cache_write_tokens'),
    reasoning: countAt(fieldAt(usage, 'output_tokens_details'), 'reasoning_tokens'),
  });
}

/** Of the `usage` of an Anthropic message, whose `input_tokens` are only those that no cache has to do with. */
export function readAnthropicUsage(usage: unknown): Usage | undefined {
  const uncached = countAt(usage, 'input_tokens');
  if (uncached === undefined) return undefined;
  const cachedInput = countAt(usage, 'cache_read_input_tokens');
  const cacheWrite = countAt(usage, 'cache_creation_input_tokens');
  return withParts(uncached + (cachedInput ?? 0) + (cacheWrite ?? 0), countAt(usage, 'output_tokens'), {
    cachedInput,
    cacheWrite,
    longCacheWrite: countAt(fieldAt(usage, 'cache_creation'), 'ephemeral_1h_input_tokens'),
    reasoning: countAt(fieldAt(usage, 'output_tokens_details'), 'thinking_tokens'),
  });
}

type Parts = {
  readonly [Part in Exclude<keyof Usage, 'input' | 'output' | 'estimated'>]?: Tokens | undefined;
};

function withParts(input: Tokens, output: Tokens | undefined, parts: Parts): Usage {
  const { cachedInput, cacheWrite, longCacheWrite, reasoning } = parts;
  const usage: Mutable<Usage> = { input, output: output ?? 0 };
  if (cachedInput !== undefined) usage.cachedInput = cachedInput;
  if (cacheWrite !== undefined) usage.cacheWrite = cacheWrite;
  if (longCacheWrite !== undefined) usage.longCacheWrite = longCacheWrite;
  if (reasoning !== undefined) usage.reasoning = reasoning;
  return usage;
}
