import { isJsonObject, parseJson } from '../base/json.ts';
import type { Attribute } from '../journal/otlp/any-value.ts';
import { readAnswer } from '../dialects/conversation/read-answer.ts';
import { readConversation } from '../dialects/conversation/read-conversation.ts';
import { isConversation, type WireDialect } from '../dialects/dialect.ts';
import { genAiMessages } from './genai-messages.ts';

/** What a path ends in that only models are called by; those whose wire is not read here have no dialect. */
const PATHS: readonly (readonly [path: RegExp, operation: string, dialect?: WireDialect])[] = [
  [/\/chat\/completions$/, 'chat', 'openai-chat'],
  [/\/responses$/, 'chat', 'openai-responses'],
  [/\/embeddings$/, 'embeddings', 'openai-embeddings'],
  [/\/messages$/, 'chat', 'anthropic-messages'],
  [/\/completions$/, 'text_completion'],
  [/:(?:stream)?generateContent$/i, 'generate_content'],
  [/\/(?:converse|converse-stream|invoke|invoke-with-response-stream)$/, 'chat'],
  [/\/api\/chat$/, 'chat'],
  [/\/api\/generate$/, 'text_completion'],
  [/\/api\/embed(?:dings)?$/, 'embeddings'],
];

/** One of these is in the body of every such request. */
const BODY_MEMBERS = ['messages', 'input', 'contents', 'prompt', 'instructions', 'anthropic_version'];

export interface HarCall {
  readonly operation: string;
  readonly model: string;
  readonly dialect: WireDialect | undefined;
}

/** What was asked of a model; nothing where the request was something else. */
export function callOf(path: string, requestBody: string): HarCall | undefined {
  const known = PATHS.find(([pattern]) => pattern.test(path));
  const body = parseJson(requestBody);
  if (!known || !isJsonObject(body) || !BODY_MEMBERS.some((member) => member in body)) return undefined;
  const [, operation, dialect] = known;
  const inPath = /\/models?\/([^/:]+)/.exec(path)?.[1] ?? '';
  const model = typeof body['model'] === 'string' ? body['model'] : inPath;
  return { operation, model, dialect };
}

/** What a call says, in the words of the GenAI conventions. */
export function callAttributes(
  call: HarCall,
  requestBody: string,
  responseBody: string,
  isStream: boolean,
): readonly Attribute[] {
  const { operation, model, dialect } = call;
  return [
    ['gen_ai.operation.name', operation],
    ...(model === '' ? [] : [['gen_ai.request.model', model] as const]),
    ...(dialect === undefined ? [] : [['gen_ai.provider.name', dialect.split('-')[0]!] as const]),
    ...inputAttributes(dialect, requestBody),
    ...outputAttributes(dialect, responseBody, isStream),
  ];
}

function inputAttributes(dialect: WireDialect | undefined, body: string): readonly Attribute[] {
  const conversation = dialect && readConversation(dialect, body);
  if (!conversation) return body === '' ? [] : [['input.value', body]];
  const parsed = parseJson(body);
  const tools = isJsonObject(parsed) ? parsed['tools'] : undefined;
  return [
    ['gen_ai.input.messages', JSON.stringify(genAiMessages(conversation.messages))],
    ...(tools === undefined ? [] : [['gen_ai.tool.definitions', JSON.stringify(tools)] as const]),
  ];
}

function outputAttributes(
  dialect: WireDialect | undefined,
  body: string,
  isStream: boolean,
): readonly Attribute[] {
  if (body === '') return [];
  const answer = dialect && isConversation(dialect) ? readAnswer(dialect, body, isStream) : undefined;
  if (!answer) return [['output.value', body]];
  const { messages, usage, finishReason, answeredModel, answerId } = answer;
  const said: readonly (readonly [string, string | number | undefined])[] = [
    ['gen_ai.output.messages', JSON.stringify(genAiMessages(messages))],
    ['gen_ai.response.model', answeredModel],
    ['gen_ai.response.id', answerId],
    ['gen_ai.response.finish_reasons', finishReason],
    ['gen_ai.usage.input_tokens', usage?.input],
    ['gen_ai.usage.output_tokens', usage?.output],
    ['gen_ai.usage.cache_read.input_tokens', usage?.cachedInput],
    ['gen_ai.usage.cache_creation.input_tokens', usage?.cacheWrite],
    ['gen_ai.usage.reasoning.output_tokens', usage?.reasoning],
  ];
  return said.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}
