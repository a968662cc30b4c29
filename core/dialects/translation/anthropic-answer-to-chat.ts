import { fail, ok, type Result } from '../../base/result.ts';
import { fieldAt, isObject, isTooDeep, listAt, textAt, type JsonObject } from '../json-access.ts';
import { readAnthropicUsage } from '../usage.ts';
import { TEXT_BLOCK, toolCall } from './anthropic-messages-to-chat.ts';
import { Findings, refused, TOO_DEEP, type FieldRules, type Refusal } from './findings.ts';
import { toFinishReason } from './stop-reasons.ts';
import type { AnswerContext, TranslatedAnswer } from './translation.ts';
import { toChatUsage } from './usage-shapes.ts';

/** What stands around the content of a message; what is new there is left out, and said. */
export const ANTHROPIC_MESSAGE: FieldRules = {
  id: 'translated',
  type: 'translated',
  role: 'translated',
  model: 'translated',
  content: 'translated',
  stop_reason: 'translated',
  stop_details: 'translated',
  stop_sequence: 'translated',
  usage: 'translated',
  container: refused('the container is at Anthropic'),
};

/** A whole message of Anthropic's as a chat completion. */
export function anthropicAnswerToChat(
  body: JsonObject,
  { created }: AnswerContext,
): Result<TranslatedAnswer, readonly Refusal[]> {
  if (isTooDeep(body)) return fail([{ field: '', reason: TOO_DEEP }]);
  const findings = new Findings();
  findings.check(body, '', ANTHROPIC_MESSAGE, 'harmless');
  const texts: string[] = [];
  const calls: JsonObject[] = [];
  for (const [index, block] of listAt(body, 'content').entries()) {
    const at = `content[${index}]`;
    const type = textAt(block, 'type');
    if (isObject(block) && type === 'tool_use') calls.push(toolCall(block, at, findings));
    else if (isObject(block) && type === 'text') {
      findings.check(block, at, TEXT_BLOCK);
      if (calls.length > 0) findings.refuse(at, 'a chat message says everything before it calls tools');
      texts.push(textAt(block, 'text'));
    } else findings.refuse(at, `a block of type "${type}" has no counterpart in Chat Completions`);
  }
  const finish = finishReason(body, findings);
  const usage = readAnthropicUsage(fieldAt(body, 'usage'));
  const message = {
    role: 'assistant',
    content: texts.length === 0 ? null : texts.join(''),
    refusal: explanationOf(body) ?? null,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  if (findings.hasRefused) return fail(findings.refused);
  const completion = {
    id: textAt(body, 'id'),
    object: 'chat.completion',
    created,
    model: textAt(body, 'model'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    ...(usage && { usage: toChatUsage(usage) }),
  };
  return ok({ body: completion, leftOut: findings.leftOut });
}

/** The finish reason of what has a `stop_reason`; refused where OpenAI has no word for it. */
export function finishReason(stopped: unknown, findings: Findings): string {
  const reason = textAt(stopped, 'stop_reason');
  const finish = toFinishReason(reason);
  if (finish === undefined) {
    findings.refuse('stop_reason', `Chat Completions has no word for "${reason}"`);
  }
  return finish ?? '';
}

/** Why a model of Anthropic's refused, where it says so. */
export function explanationOf(stopped: unknown): string | undefined {
  return textAt(fieldAt(stopped, 'stop_details'), 'explanation') || undefined;
}
