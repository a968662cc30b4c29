import { z } from 'zod';
import { seededRandom, seedFrom } from '../../base/random.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Tokens } from '../../base/units.ts';
import { jsonText, parseJson } from '../../dialects/json-access.ts';
import { firstIssue } from './simulated-request.ts';

/** What a vector has where nobody asks for fewer or more. */
const DIMENSIONS = 256;
const MOST_DIMENSIONS = 4_096;

const tokens = z.array(z.int()).min(1);
const text = z.string().min(1);
const schema = z.looseObject({
  model: z.string(),
  input: z.union([text, z.array(text).min(1).max(2_048), tokens, z.array(tokens).min(1).max(2_048)]),
  dimensions: z.int().positive().max(MOST_DIMENSIONS).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
});

export interface EmbeddingRequest {
  readonly model: string;
  /** What a vector is wanted of, each as words; of tokens each is one. */
  readonly inputs: readonly (readonly string[])[];
  readonly dimensions: number;
  readonly isPacked: boolean;
  /** All of it, as JSON. */
  readonly said: string;
}

/** Or what is wrong with the body, with its place. */
export function readEmbeddingRequest(body: string): Result<EmbeddingRequest, string> {
  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) return fail(firstIssue(parsed.error));
  const { model, input, dimensions, encoding_format: format } = parsed.data;
  const inputs = typeof input === 'string' || input.every((one) => typeof one === 'number') ? [input] : input;
  return ok({
    model,
    inputs: inputs.map(wordsOf),
    dimensions: dimensions ?? DIMENSIONS,
    isPacked: format === 'base64',
    said: jsonText(input),
  });
}

/** OpenAI's answer to it. */
export function embeddingsOf(seed: number, request: EmbeddingRequest, prompt: Tokens): object {
  const { model, inputs, dimensions, isPacked } = request;
  const data = inputs.map((words, index) => {
    const vector = embed(seed, model, words, dimensions);
    return { object: 'embedding', index, embedding: isPacked ? packed(vector) : vector };
  });
  return { object: 'list', data, model, usage: { prompt_tokens: prompt, total_tokens: prompt } };
}

/**
 * A vector of length 1, the same for the same words: the sum of one for each word, so that texts which share words are
 * near each other. Fewer dimensions are the first of more, made longer, as with models that can be shortened.
 */
function embed(seed: number, model: string, words: readonly string[], dimensions: number): readonly number[] {
  const sum = new Float64Array(dimensions);
  for (const word of words) {
    const random = seededRandom(seedFrom(seed, model, word));
    for (let index = 0; index < dimensions; index++) sum[index]! += 2 * random() - 1;
  }
  const length = Math.hypot(...sum) || 1;
  // As many digits as what they are packed in has.
  return Array.from(sum, (value) => Math.fround(value / length));
}

function wordsOf(input: string | readonly number[]): readonly string[] {
  if (typeof input !== 'string') return input.map(String);
  return input.toLowerCase().match(/[\p{Letter}\p{Number}]+/gu) ?? [input];
}

/** Little-endian 32-bit floats, as OpenAI packs them. */
function packed(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
