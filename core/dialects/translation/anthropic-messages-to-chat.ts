import { fieldAt, isObject, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { unless, unlessEmpty, type FieldRules, type Findings } from './findings.ts';
import { CALLER_RULES, checkInput } from './tools.ts';

const MESSAGE: FieldRules = { role: 'translated', content: 'translated' };
export const TEXT_BLOCK: FieldRules = {
  type: 'translated',
  text: 'translated',
  cache_control: 'harmless',
  citations: unlessEmpty('Chat Completions has no citations of this kind'),
};
const IMAGE_BLOCK: FieldRules = {
  type: 'translated',
  source: 'translated',
  cache_control: 'harmless',
  transformations: unlessEmpty('a Chat Completions server does with an image what it likes'),
};
export const TOOL_USE: FieldRules = {
  type: 'translated',
  id: 'translated',
  name: 'translated',
  input: 'translated',
  cache_control: 'harmless',
  ...CALLER_RULES,
};
const TOOL_RESULT: FieldRules = {
  type: 'translated',
  tool_use_id: 'translated',
  content: 'translated',
  cache_control: 'harmless',
  is_error: unless('Chat Completions does not tell a failed tool from any other', false),
  ...CALLER_RULES,
};

/** Anthropic's messages as those of a chat: the system prompt first, every answer of a tool a message of its own. */
export function toChatMessages(
  system: unknown,
  messages: readonly unknown[],
  findings: Findings,
): readonly JsonObject[] {
  const chat: JsonObject[] = [];
  if (system !== undefined && system !== '') {
    chat.push({ role: 'system', content: textContent(system, 'system', findings) });
  }
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`;
    if (!isObject(message)) {
      findings.refuse(at, 'it is not a message');
      continue;
    }
    findings.check(message, at, MESSAGE);
    const content = fieldAt(message, 'content');
    const role = textAt(message, 'role');
    switch (role) {
      case 'system':
        chat.push({ role, content: textContent(content, `${at}.content`, findings) });
        break;
      case 'user':
        chat.push(...userMessages(content, `${at}.content`, findings));
        break;
      case 'assistant':
        chat.push(assistantMessage(content, `${at}.content`, findings));
        break;
      default:
        findings.refuse(`${at}.role`, `Chat Completions has no role "${role}"`);
    }
  }
  if (chat.at(-1)?.['role'] === 'assistant') {
    findings.refuse(
      'messages',
      'the last one is from the assistant, which a chat would answer, not go on with',
    );
  }
  return chat;
}

/** One text as it is, several as parts. */
function compact(parts: readonly JsonObject[]): unknown {
  const [only] = parts;
  return parts.length === 1 && only?.['type'] === 'text' ? only['text'] : parts;
}

function textContent(content: unknown, at: string, findings: Findings): unknown {
  if (typeof content === 'string') return content;
  const blocks = blocksOf(content, at, findings);
  return compact(blocks.flatMap((block, index) => textPart(block, `${at}[${index}]`, findings)));
}

function blocksOf(content: unknown, at: string, findings: Findings): readonly unknown[] {
  if (Array.isArray(content)) return content;
  findings.refuse(at, 'it is neither text nor blocks');
  return [];
}

function textPart(block: unknown, at: string, findings: Findings): readonly JsonObject[] {
  const type = textAt(block, 'type');
  if (isObject(block) && type === 'text') {
    findings.check(block, at, TEXT_BLOCK);
    return [{ type, text: textAt(block, 'text') }];
  }
  findings.refuse(at, `a block of type "${type}" has no counterpart here in Chat Completions`);
  return [];
}

function userMessages(content: unknown, at: string, findings: Findings): readonly JsonObject[] {
  if (typeof content === 'string') return [{ role: 'user', content }];
  const results: JsonObject[] = [];
  const parts: JsonObject[] = [];
  for (const [index, block] of blocksOf(content, at, findings).entries()) {
    const place = `${at}[${index}]`;
    const type = textAt(block, 'type');
    if (isObject(block) && type === 'tool_result') {
      if (parts.length > 0) findings.refuse(place, 'what a tool answered comes before anything else');
      results.push(toolMessage(block, place, findings));
    } else if (isObject(block) && type === 'image') parts.push(...imagePart(block, place, findings));
    else parts.push(...textPart(block, place, findings));
  }
  return parts.length === 0 ? results : [...results, { role: 'user', content: compact(parts) }];
}

function toolMessage(block: JsonObject, at: string, findings: Findings): JsonObject {
  findings.check(block, at, TOOL_RESULT);
  const content = fieldAt(block, 'content') ?? '';
  return {
    role: 'tool',
    tool_call_id: textAt(block, 'tool_use_id'),
    content: textContent(content, `${at}.content`, findings),
  };
}

function imagePart(block: JsonObject, at: string, findings: Findings): readonly JsonObject[] {
  findings.check(block, at, IMAGE_BLOCK);
  const source = objectAt(block, 'source');
  switch (textAt(source, 'type')) {
    case 'base64':
      return image(`data:${textAt(source, 'media_type')};base64,${textAt(source, 'data')}`);
    case 'url':
      return image(textAt(source, 'url'));
  }
  findings.refuse(`${at}.source`, 'the file lies with Anthropic');
  return [];
}

function image(url: string): readonly JsonObject[] {
  return [{ type: 'image_url', image_url: { url } }];
}

function assistantMessage(content: unknown, at: string, findings: Findings): JsonObject {
  if (typeof content === 'string') return { role: 'assistant', content };
  const parts: JsonObject[] = [];
  const calls: JsonObject[] = [];
  for (const [index, block] of blocksOf(content, at, findings).entries()) {
    const place = `${at}[${index}]`;
    if (isObject(block) && textAt(block, 'type') === 'tool_use') {
      calls.push(toolCall(block, place, findings));
      continue;
    }
    if (calls.length > 0) findings.refuse(place, 'a chat message says everything before it calls tools');
    parts.push(...textPart(block, place, findings));
  }
  return {
    role: 'assistant',
    content: parts.length === 0 ? null : compact(parts),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** A block that calls a tool, as the call of a function. */
export function toolCall(block: JsonObject, at: string, findings: Findings): JsonObject {
  findings.check(block, at, TOOL_USE);
  const input = checkInput(objectAt(block, 'input') ?? {}, `${at}.input`, findings);
  const work = { name: textAt(block, 'name'), arguments: JSON.stringify(input ?? {}) };
  return { id: textAt(block, 'id'), type: 'function', function: work };
}
