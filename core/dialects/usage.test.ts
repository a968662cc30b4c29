import { extractUsage, findProvider } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../journal/event.ts';
import { readAnthropicUsage, readChatUsage, readLlamaTimings, readResponsesUsage } from './usage.ts';

const tokens = fc.integer({ min: 0, max: 1_000_000 });

/** The same document as the public price list's own reader understands it. */
function extracted(provider: 'openai' | 'anthropic', flavour: string, usage: object) {
  const found = findProvider({ providerId: provider });
  return extractUsage(found!, { model: 'm', usage }, flavour).usage;
}

function asExtracted({ input, output, cachedInput, cacheWrite, longCacheWrite, reasoning }: Usage) {
  return {
    input_tokens: input,
    output_tokens: output,
    ...(cachedInput !== undefined && { cache_read_tokens: cachedInput }),
    ...(cacheWrite !== undefined && { cache_write_tokens: cacheWrite }),
    ...(longCacheWrite !== undefined && { cache_write_1h_tokens: longCacheWrite }),
    ...(reasoning !== undefined && { output_reasoning_tokens: reasoning }),
  };
}

describe('token usage is that of genai-prices', () => {
  it('for Chat Completions', () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, tokens, (prompt, completion, cached, write, reasoning) => {
        const usage = {
          prompt_tokens: prompt,
          completion_tokens: completion,
          prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: write },
          completion_tokens_details: { reasoning_tokens: reasoning },
        };
        expect(extracted('openai', 'chat', usage)).toMatchObject(asExtracted(readChatUsage(usage)!));
      }),
    );
  });

  it('for Responses', () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, tokens, (input, output, cached, write, reasoning) => {
        const usage = {
          input_tokens: input,
          output_tokens: output,
          input_tokens_details: { cached_tokens: cached, cache_write_tokens: write },
          output_tokens_details: { reasoning_tokens: reasoning },
        };
        expect(extracted('openai', 'responses', usage)).toMatchObject(
          asExtracted(readResponsesUsage(usage)!),
        );
      }),
    );
  });

  it('for Anthropic, where input leaves out the cache', () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, (input, output, read, write) => {
        const usage = {
          input_tokens: input,
          output_tokens: output,
          cache_read_input_tokens: read,
          cache_creation_input_tokens: write,
        };
        expect(readAnthropicUsage(usage)?.input).toBe(input + read + write);
        expect(extracted('anthropic', 'default', usage)).toMatchObject(
          asExtracted(readAnthropicUsage(usage)!),
        );
      }),
    );
  });
});

describe('token usage', () => {
  it('of Anthropic knows what is kept for an hour, and what was thought', () => {
    const usage = {
      input_tokens: 1,
      cache_creation_input_tokens: 7,
      cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 3 },
      cache_read_input_tokens: null,
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 5 },
    };
    expect(readAnthropicUsage(usage)).toEqual({
      input: 8,
      output: 9,
      cacheWrite: 7,
      longCacheWrite: 3,
      reasoning: 5,
    });
  });

  it('of DeepSeek names its cache otherwise', () => {
    const usage = { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 };
    expect(readChatUsage(usage)).toEqual({ input: 9, output: 1, cachedInput: 4 });
  });

  it('of llama.cpp is in its timings too', () => {
    const timings = { cache_n: 236, prompt_n: 1, prompt_ms: 30.9, predicted_n: 35, predicted_ms: 661 };
    expect(readLlamaTimings(timings)).toEqual({ input: 237, output: 35, cachedInput: 236 });
    expect(readLlamaTimings({})).toBeUndefined();
  });

  it('of embeddings has no output', () => {
    expect(readChatUsage({ prompt_tokens: 5, total_tokens: 5 })).toEqual({ input: 5, output: 0 });
  });

  it.each([null, undefined, {}, { prompt_tokens: '5' }, { prompt_tokens: -1 }, { input_tokens: null }, []])(
    'is unknown, never 0, in %j',
    (usage) => {
      expect(readChatUsage(usage)).toBeUndefined();
      expect(readResponsesUsage(usage)).toBeUndefined();
      expect(readAnthropicUsage(usage)).toBeUndefined();
    },
  );
});
