import { fail, ok, type Result } from '../base/result.ts';
import type { Tokens } from '../base/units.ts';
import type { CallError } from '../journal/event.ts';
import type { Category, Task } from '../journal/task.ts';
import { measureContent, type ContentMeasure } from './measure-content.ts';

/** A request, as far as it is known before it is routed. */
export interface TaskRequest {
  /** Where it is addressed to a service that is no model; the body is not looked at then. */
  readonly category?: Category;
  /** As the call has it: `chat.completions`, `responses`, `embeddings`, `messages`, or anything else. */
  readonly operation: string;
  /** The parsed body; absent where there is none, or it is not JSON. */
  readonly body?: unknown;
  /** Length of the body as it was sent. */
  readonly bytes: number;
  /** As `readPriority` gives it; 5 where it is absent. */
  readonly priority?: number;
}

/** OpenAI's rule of thumb for English; of Chinese and Japanese a token has about three bytes, so it stays below. */
const BYTES_PER_TOKEN = 4;
/** What is put around each message, and what primes the answer: OpenAI Cookbook, How to count tokens with tiktoken. */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_FOR_ANSWER = 3;
/** What a call is taken to be answered with where it does not say how much it wants. */
const EXPECTED_OUTPUT_TOKENS = 256;

const DEFAULT_PRIORITY = 5;
const URGENT_ABOVE = 7;

/** The priority that a header gives: a whole number from 1 to 10, the highest; 5 where there is no header. */
export function readPriority(header: string | undefined): Result<number, CallError> {
  if (header === undefined) return ok(DEFAULT_PRIORITY);
  const priority = /^\s*\d{1,2}\s*$/.test(header) ? Number(header) : 0;
  if (priority >= 1 && priority <= 10) return ok(priority);
  const message = `The priority must be a whole number from 1 to 10, not ${JSON.stringify(header.slice(0, 40))}.`;
  return fail({ code: 'invalid_priority', message, status: 400 });
}

/**
 * What is known of a call from its request: OpenAI's Chat Completions, Completions, Responses and Embeddings,
 * Anthropic's Messages, told apart by their members. Of any other shape, and of services that are no model, only the
 * size is known. Never throws. The tokens are an estimate: four bytes of text each, pictures at a fixed count.
 */
export function analyseTask(request: TaskRequest): Task {
  const { operation, bytes, priority = DEFAULT_PRIORITY } = request;
  const category = request.category ?? (operation === 'embeddings' ? 'embedding' : 'llm');
  const answersInTokens = category === 'llm';
  const body: Body =
    isObject(request.body) && (answersInTokens || category === 'embedding') ? request.body : {};
  const content = [body.messages, body.input, body.prompt, body.system, body.instructions].filter(isPresent);
  const schemas = [body.response_format, body.text?.format, body.output_config?.format, body.output_format];
  const definitions = [body.tools, body.functions, ...schemas].filter(isPresent);
  const measure = measureContent(content, definitions);
  const messages = answersInTokens ? countMessages(body) : 0;
  const inputTokens =
    content.length > 0 ? tokensOf(measure, messages) : Math.ceil(Math.max(0, bytes) / BYTES_PER_TOKEN);
  const maxOutputTokens = answersInTokens
    ? [body.max_completion_tokens, body.max_output_tokens, body.max_tokens].find(isCount)
    : undefined;
  const outputTokens = maxOutputTokens ?? (answersInTokens ? EXPECTED_OUTPUT_TOKENS : 0);
  const tools = countOf(body.tools) + countOf(body.functions);
  const capabilities = capabilitiesOf(body, measure, tools);
  return {
    category,
    model: typeof body.model === 'string' ? body.model : '',
    streaming: body.stream === true,
    inputTokens,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    outputTokens,
    tools,
    complexity: complexityOf({
      inputTokens,
      outputTokens,
      messages,
      tools,
      hasCode: measure.hasCode,
      reasons: capabilities.includes('reasoning'),
    }),
    capabilities,
    priority,
    urgent: priority > URGENT_ABOVE,
  };
}

interface ComplexityFigures {
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
  readonly messages: number;
  readonly tools: number;
  readonly hasCode: boolean;
  readonly reasons: boolean;
}

/**
 * 0.35 input + 0.15 messages + 0.15 tools + 0.15 output + 0.1 code + 0.1 reasoning, each from 0 to 1; to three places.
 * No figure that grows makes it less. Ours, and an order rather than a measure: one short question is below 0.05, an
 * agent in the middle of its work with ten tools about 0.5. The counts enter by logarithm, since the second thousand
 * tokens say less than the first, and are full at 32,768 tokens in, 16,384 out, 40 messages, 16 tools.
 */
export function complexityOf(figures: ComplexityFigures): number {
  const complexity =
    0.35 * grown(figures.inputTokens, 256, 32_768) +
    0.15 * grown(figures.messages, 4, 40) +
    0.15 * grown(figures.tools, 2, 16) +
    0.15 * grown(figures.outputTokens, 1024, 16_384) +
    (figures.hasCode ? 0.1 : 0) +
    (figures.reasons ? 0.1 : 0);
  return Math.min(1, Math.round(complexity * 1000) / 1000);
}

/** 0 at 0, 1 from `full` on; about linear up to `unit`, logarithmic from there. */
function grown(count: number, unit: number, full: number): number {
  return Math.min(1, Math.log1p(count / unit) / Math.log1p(full / unit));
}

/** The members of all the shapes that are read; any of them may be anything. */
interface Body {
  readonly model?: unknown;
  readonly stream?: unknown;
  readonly messages?: unknown;
  readonly input?: unknown;
  readonly prompt?: unknown;
  readonly system?: unknown;
  readonly instructions?: unknown;
  readonly tools?: unknown;
  readonly functions?: unknown;
  readonly max_tokens?: unknown;
  readonly max_completion_tokens?: unknown;
  readonly max_output_tokens?: unknown;
  readonly modalities?: unknown;
  readonly response_format?: { readonly type?: unknown } | null;
  readonly text?: { readonly format?: { readonly type?: unknown } | null } | null;
  readonly output_config?: { readonly format?: { readonly type?: unknown } | null } | null;
  readonly output_format?: { readonly type?: unknown } | null;
  readonly reasoning_effort?: unknown;
  readonly reasoning?: { readonly effort?: unknown } | null;
  readonly thinking?: { readonly type?: unknown } | null;
}

function tokensOf({ textBytes, otherTokens }: ContentMeasure, messages: number): Tokens {
  const around = messages > 0 ? messages * TOKENS_PER_MESSAGE + TOKENS_FOR_ANSWER : 0;
  return Math.ceil(textBytes / BYTES_PER_TOKEN) + otherTokens + around;
}

/** Sorted. */
function capabilitiesOf(body: Body, measure: ContentMeasure, tools: number): readonly string[] {
  const needed: Readonly<Record<string, boolean>> = {
    audio: measure.sounds > 0 || (Array.isArray(body.modalities) && body.modalities.includes('audio')),
    json: [body.response_format, body.text?.format, body.output_config?.format, body.output_format].some(
      (format) => format?.type === 'json_object' || format?.type === 'json_schema',
    ),
    reasoning: asksToReason(body),
    tools: tools > 0,
    vision: measure.images > 0,
  };
  return Object.keys(needed).filter((capability) => needed[capability]);
}

/** Chat Completions says how much effort, Responses the same in an object, Anthropic whether to think. */
function asksToReason({ reasoning_effort: effort, reasoning, thinking }: Body): boolean {
  if (typeof effort === 'string' && effort !== 'none') return true;
  if (typeof reasoning?.effort === 'string' && reasoning.effort !== 'none') return true;
  return thinking?.type === 'enabled' || thinking?.type === 'adaptive';
}

function countMessages({ messages, input, prompt }: Body): number {
  return [messages, input, prompt].reduce<number>(
    (count, given) => count + (typeof given === 'string' ? 1 : countOf(given)),
    0,
  );
}

function countOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
