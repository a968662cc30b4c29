import type { Tokens } from '../base/units.ts';
import type { WireDialect } from './dialect.ts';
import { countAt, fieldAt, listAt, textAt, type JsonObject } from './json-access.ts';

/** The part of a request that admission and routing look at. */
export interface RequestFacts {
  /** Absent where the body names none. */
  readonly model?: string;
  readonly streaming: boolean;
  /** The most that the answer may have, where the body says so. */
  readonly maxOutputTokens?: Tokens;
  /** Number of tools that the model may call. */
  readonly tools: number;
}

/** Where each dialect limits its answer; the first that is there counts. */
const OUTPUT_LIMITS = {
  'openai-chat': ['max_completion_tokens', 'max_tokens'],
  'openai-responses': ['max_output_tokens'],
  'openai-embeddings': [],
  'openai-models': [],
  'anthropic-messages': ['max_tokens'],
  'anthropic-count-tokens': [],
} as const satisfies Record<WireDialect, readonly string[]>;

export function readRequestFacts(dialect: WireDialect, body: JsonObject): RequestFacts {
  const model = textAt(body, 'model');
  const limits = OUTPUT_LIMITS[dialect].map((field) => countAt(body, field));
  const limit = limits.find((count) => Number.isSafeInteger(count) && count !== 0);
  return {
    ...(model !== '' && { model }),
    streaming: fieldAt(body, 'stream') === true,
    ...(limit !== undefined && { maxOutputTokens: limit }),
    tools: listAt(body, 'tools').length,
  };
}
