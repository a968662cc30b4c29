import { fail, ok, type Result } from '../../base/result.ts';
import { fieldAt, isObject, isTooDeep, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { readChatUsage } from '../usage.ts';
import { Findings, refused, TOO_DEEP, unlessEmpty, type FieldRules, type Refusal } from './findings.ts';
import { toStopReason } from './stop-reasons.ts';
import { parseArguments } from './tools.ts';
import type { TranslatedAnswer } from './translation.ts';
import { toAnthropicUsage } from './usage-shapes.ts';

/** What stands around the choices; what is new there is left out, and said. */
const COMPLETION: FieldRules = {
  id: 'translated',
  object: 'translated',
  model: 'translated',
  choices: 'translated',
  usage: 'translated',
};
export const CHAT_CHOICE: FieldRules = {
  index: 'translated',
  message: 'translated',
  delta: 'translated',
  finish_reason: 'translated',
  logprobs: refused('Anthropic does not tell how likely its tokens were'),
};
const NO_SIGNATURE = unlessEmpty("thoughts need a signature in Anthropic's dialect");
/** What a chat model says, whole or in part. */
export const CHAT_MESSAGE: FieldRules = {
  role: 'translated',
  content: 'translated',
  refusal: 'translated',
  tool_calls: 'translated',
  reasoning: NO_SIGNATURE,
  reasoning_content: NO_SIGNATURE,
  reasoning_details: NO_SIGNATURE,
  annotations: unlessEmpty('Anthropic has other citations'),
  audio: unlessEmpty('Anthropic does not speak'),
  function_call: unlessEmpty('a function call without an id cannot be answered at Anthropic'),
};
/** For what is not listed above. */
export const UNKNOWN_CONTENT = unlessEmpty(
  'it is not known here, so that nobody can say what is lost without it',
);

/** A whole chat completion as a message of Anthropic's. */
export function chatAnswerToAnthropic(body: JsonObject): Result<TranslatedAnswer, readonly Refusal[]> {
  if (isTooDeep(body)) return fail([{ field: '', reason: TOO_DEEP }]);
  const findings = new Findings();
  findings.check(body, '', COMPLETION, 'harmless');
  const [choice, ...others] = listAt(body, 'choices');
  if (!isObject(choice) || others.length > 0) {
    findings.refuse('choices', "an answer of Anthropic's is exactly one");
    return fail(findings.refused);
  }
  findings.check(choice, 'choices[0]', CHAT_CHOICE, 'harmless');
  const message = objectAt(choice, 'message') ?? {};
  findings.check(message, 'choices[0].message', CHAT_MESSAGE, UNKNOWN_CONTENT);
  const content = contentBlocks(message, findings);
  const stop = anthropicStop({
    finish: textAt(choice, 'finish_reason'),
    callsTools: content.some(({ type }) => type === 'tool_use'),
    refusal: textAt(message, 'refusal'),
    findings,
  });
  if (findings.hasRefused) return fail(findings.refused);
  const usage = readChatUsage(fieldAt(body, 'usage'));
  return ok({
    body: anthropicMessage(textAt(body, 'id'), textAt(body, 'model'), content, stop, toAnthropicUsage(usage)),
    leftOut: findings.leftOut,
  });
}

function contentBlocks(message: JsonObject, findings: Findings): readonly JsonObject[] {
  const at = 'choices[0].message';
  const content = fieldAt(message, 'content') ?? '';
  if (typeof content !== 'string') findings.refuse(`${at}.content`, 'it is not a text');
  const calls = listAt(message, 'tool_calls').flatMap((call, index) => {
    const place = `${at}.tool_calls[${index}]`;
    const work = objectAt(call, 'function');
    if (!work) {
      findings.refuse(place, 'only functions are called in both dialects');
      return [];
    }
    const input = parseArguments(textAt(work, 'arguments'), `${place}.function.arguments`, findings);
    return [toolUseBlock(textAt(call, 'id'), textAt(work, 'name'), input ?? {})];
  });
  return [...(content === '' ? [] : [{ type: 'text', text: content, citations: null }]), ...calls];
}

export function toolUseBlock(id: string, name: string, input: JsonObject) {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
}

interface ChatStop {
  readonly finish: string;
  readonly callsTools: boolean;
  /** The words in which the model refused, or empty. */
  readonly refusal: string;
  readonly findings: Findings;
}

/** Why and how a chat model stopped, in Anthropic's fields. A refusal in words is one of Anthropic's, which explains itself. */
export function anthropicStop({ finish, callsTools, refusal, findings }: ChatStop): JsonObject {
  if (refusal !== '') {
    const details = { type: 'refusal', category: null, explanation: refusal };
    return { stop_reason: 'refusal', stop_sequence: null, stop_details: details };
  }
  const reason = toStopReason(finish, callsTools);
  if (reason === undefined) {
    findings.refuse('choices[0].finish_reason', `Anthropic has no word for "${finish}"`);
  }
  return { stop_reason: reason ?? null, stop_sequence: null, stop_details: null };
}

export function anthropicMessage(
  id: string,
  model: string,
  content: readonly JsonObject[],
  stop: JsonObject,
  usage: JsonObject,
): JsonObject {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    container: null,
    diagnostics: null,
    ...stop,
    usage,
  };
}
