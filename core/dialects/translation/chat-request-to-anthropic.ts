import { fail, ok, type Result } from '../../base/result.ts';
import {
  countAt,
  fieldAt,
  isObject,
  isTooDeep,
  listAt,
  objectAt,
  textAt,
  type JsonObject,
} from '../json-access.ts';
import { toAnthropicConversation } from './chat-messages-to-anthropic.ts';
import {
  Findings,
  refused,
  TOO_DEEP,
  unless,
  unlessEmpty,
  type FieldRules,
  type Refusal,
} from './findings.ts';
import { toAnthropicToolChoice, toAnthropicTools } from './tools.ts';
import type { RequestOptions, TranslatedRequest } from './translation.ts';

/** The newer version of the API, 2026-10-21, refuses `temperature` and `top_p`. */
const ANTHROPIC_VERSION = '2023-06-01';

const NO_PENALTIES = unless('Anthropic has no penalties', 0);
const NO_FUNCTIONS = refused('only `tools` are translated, not the functions before them');
const NO_LOGPROBS = unless('Anthropic does not tell how likely its tokens were', false, 0);

const RULES: FieldRules = {
  model: 'translated',
  messages: 'translated',
  max_completion_tokens: 'translated',
  max_tokens: 'translated',
  temperature: 'translated',
  top_p: 'translated',
  stop: 'translated',
  stream: 'translated',
  stream_options: 'translated',
  tools: 'translated',
  tool_choice: 'translated',
  parallel_tool_calls: 'translated',
  user: 'translated',
  // Where and how a provider stores, finds again, caches or guesses: the answer is the same without them.
  metadata: 'harmless',
  prediction: 'harmless',
  prompt_cache_key: 'harmless',
  prompt_cache_options: 'harmless',
  prompt_cache_retention: 'harmless',
  safety_identifier: 'harmless',
  audio: refused('Anthropic does not speak'),
  frequency_penalty: NO_PENALTIES,
  function_call: NO_FUNCTIONS,
  functions: NO_FUNCTIONS,
  logit_bias: unlessEmpty('Anthropic has no bias of tokens'),
  logprobs: NO_LOGPROBS,
  modalities: (kinds) =>
    JSON.stringify(kinds) === '["text"]' ? undefined : 'Anthropic answers in text only',
  moderation: refused('Anthropic has no moderation of this kind'),
  n: unless('Anthropic gives one answer', 1),
  presence_penalty: NO_PENALTIES,
  reasoning_effort: refused('how much is thought is not measured alike, and thoughts cannot be passed on'),
  response_format: (format) =>
    textAt(format, 'type') === 'text'
      ? undefined
      : 'that the answer is JSON cannot be promised across dialects',
  seed: refused('Anthropic does not repeat itself on demand'),
  service_tier: unless('there is no such tier at Anthropic', 'auto', 'default'),
  store: unless('Anthropic does not store answers', false),
  top_logprobs: NO_LOGPROBS,
  verbosity: unless('Anthropic has no such setting', 'medium'),
  web_search_options: refused('searches are not made alike'),
};
const STREAM_OPTIONS: FieldRules = { include_usage: 'translated', include_obfuscation: 'harmless' };

/** A Chat Completions request as a request of Anthropic's Messages. */
export function chatRequestToAnthropic(
  body: JsonObject,
  { maxTokens, disableThinking }: RequestOptions,
): Result<TranslatedRequest, readonly Refusal[]> {
  if (isTooDeep(body)) return fail([{ field: '', reason: TOO_DEEP }]);
  const findings = new Findings();
  findings.check(body, '', RULES);
  findings.check(objectAt(body, 'stream_options') ?? {}, 'stream_options', STREAM_OPTIONS);
  const conversation = toAnthropicConversation(listAt(body, 'messages'), findings);
  const tools = toAnthropicTools(listAt(body, 'tools'), findings);
  const choice = toAnthropicToolChoice(body, findings);
  const stops = stopSequences(body, findings);
  const user = textAt(body, 'user');
  const translated = {
    model: textAt(body, 'model'),
    max_tokens: outputLimit(body, findings) ?? maxTokens,
    ...conversation,
    ...sampling(body, 'temperature', findings),
    ...sampling(body, 'top_p', findings),
    ...(stops.length > 0 && { stop_sequences: stops }),
    ...(tools.length > 0 && { tools }),
    ...(choice && { tool_choice: choice }),
    ...(user !== '' && { metadata: { user_id: user } }),
    ...(fieldAt(body, 'stream') === true && { stream: true }),
    ...(disableThinking && { thinking: { type: 'disabled' } }),
  };
  if (findings.hasRefused) return fail(findings.refused);
  return ok({
    path: '/messages',
    headers: [['anthropic-version', ANTHROPIC_VERSION]],
    body: translated,
    leftOut: findings.leftOut,
  });
}

function outputLimit(body: JsonObject, findings: Findings): number | undefined {
  const newer = countAt(body, 'max_completion_tokens');
  const older = countAt(body, 'max_tokens');
  if (newer !== undefined && older !== undefined && newer !== older) {
    findings.refuse('max_tokens', 'it is not the limit that `max_completion_tokens` says');
  }
  return newer ?? older;
}

/** Both dialects mean the same by it and by its default, 1; Anthropic's newer models refuse even that, so it is left out. */
function sampling(body: JsonObject, field: 'temperature' | 'top_p', findings: Findings): JsonObject {
  const value = fieldAt(body, field);
  if (value === undefined) return {};
  if (typeof value !== 'number' || value < 0 || value > 1) {
    findings.refuse(field, 'Anthropic takes values from 0 to 1');
    return {};
  }
  if (value < 1) return { [field]: value };
  findings.leaveOut(field);
  return {};
}

function stopSequences(body: JsonObject, findings: Findings): readonly string[] {
  const stop = fieldAt(body, 'stop') ?? [];
  const sequences: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  const texts = sequences.filter((one) => typeof one === 'string');
  if (texts.length !== sequences.length || isObject(stop))
    findings.refuse('stop', 'it is not a list of texts');
  if (texts.some((text) => text.trim() === '')) {
    findings.refuse('stop', 'Anthropic does not stop at white space alone');
  }
  return texts;
}
