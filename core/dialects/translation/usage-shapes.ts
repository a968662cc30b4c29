import type { JsonObject } from '../json-access.ts';
import type { Usage } from '../../journal/event.ts';

/** Usage as Chat Completions says it. */
export function toChatUsage({ input, output, cachedInput, cacheWrite, reasoning }: Usage): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: {
      cached_tokens: cachedInput ?? 0,
      ...(cacheWrite !== undefined && { cache_write_tokens: cacheWrite }),
    },
    ...(reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

/** Usage as Anthropic says it; its fields may not be absent, so what is not known is 0 there. */
export function toAnthropicUsage(usage: Usage | undefined): JsonObject {
  const { input, output, cachedInput = 0, cacheWrite = 0, reasoning } = usage ?? { input: 0, output: 0 };
  return {
    input_tokens: Math.max(0, input - cachedInput - cacheWrite),
    cache_creation: null,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cachedInput,
    inference_geo: null,
    output_tokens: output,
    output_tokens_details: reasoning === undefined ? null : { thinking_tokens: reasoning },
    server_tool_use: null,
    service_tier: null,
    speed: null,
  };
}
