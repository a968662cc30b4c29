import { fail, ok, type Result } from '../../base/result.ts';
import { countAt, fieldAt, isTooDeep, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { toChatMessages } from './anthropic-messages-to-chat.ts';
import {
  Findings,
  refused,
  TOO_DEEP,
  unless,
  unlessEmpty,
  type FieldRules,
  type Refusal,
} from './findings.ts';
import { toChatToolChoice, toChatTools } from './tools.ts';
import type { RequestOptions, TranslatedRequest } from './translation.ts';

const RULES: FieldRules = {
  model: 'translated',
  messages: 'translated',
  max_tokens: 'translated',
  system: 'translated',
  stop_sequences: 'translated',
  stream: 'translated',
  temperature: 'translated',
  top_p: 'translated',
  tools: 'translated',
  tool_choice: 'translated',
  metadata: 'translated',
  // What is cached, and at which price: the answer is the same without them.
  cache_control: 'harmless',
  service_tier: unless('there is no such tier elsewhere', 'auto', 'standard_only'),
  container: refused('the container is at Anthropic'),
  diagnostics: refused('only Anthropic can say why its cache was missed'),
  inference_geo: refused('where an answer is made cannot be promised elsewhere'),
  speed: unless('there is no such speed elsewhere', 'standard'),
  thinking: (config) =>
    textAt(config, 'type') === 'disabled' ? undefined : 'thoughts with signatures cannot be made elsewhere',
  top_k: refused('Chat Completions has no such setting'),
  output_config: unlessEmpty('neither effort nor the form of an answer can be promised across dialects'),
};

/** OpenAI's limit. */
const MOST_STOPS = 4;

/** A request of Anthropic's Messages as a Chat Completions request; a stream is asked for its usage, as Anthropic's always has it. */
export function anthropicRequestToChat(
  body: JsonObject,
  { maxTokens, limitField = 'max_completion_tokens' }: RequestOptions,
): Result<TranslatedRequest, readonly Refusal[]> {
  if (isTooDeep(body)) return fail([{ field: '', reason: TOO_DEEP }]);
  const findings = new Findings();
  findings.check(body, '', RULES);
  findings.check(objectAt(body, 'metadata') ?? {}, 'metadata', { user_id: 'translated' });
  const messages = toChatMessages(fieldAt(body, 'system'), listAt(body, 'messages'), findings);
  const tools = toChatTools(listAt(body, 'tools'), findings);
  const stops = listAt(body, 'stop_sequences');
  if (stops.length > MOST_STOPS) {
    findings.refuse('stop_sequences', `Chat Completions stops at ${MOST_STOPS} texts at most`);
  }
  const limit = countAt(body, 'max_tokens') ?? maxTokens;
  if (limit === 0) findings.refuse('max_tokens', 'only Anthropic fills its cache without an answer');
  const user = textAt(fieldAt(body, 'metadata'), 'user_id');
  const temperature = fieldAt(body, 'temperature');
  const topP = fieldAt(body, 'top_p');
  const translated = {
    model: textAt(body, 'model'),
    messages,
    [limitField]: limit,
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(stops.length > 0 && { stop: stops }),
    ...(tools.length > 0 && { tools }),
    ...toChatToolChoice(objectAt(body, 'tool_choice'), findings),
    ...(user !== '' && { user }),
    ...(fieldAt(body, 'stream') === true && { stream: true, stream_options: { include_usage: true } }),
  };
  if (findings.hasRefused) return fail(findings.refused);
  return ok({ path: '/chat/completions', headers: [], body: translated, leftOut: findings.leftOut });
}
