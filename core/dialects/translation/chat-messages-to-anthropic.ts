import { fieldAt, isObject, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { refused, unless, unlessEmpty, type FieldRules, type Findings } from './findings.ts';
import { parseArguments } from './tools.ts';

export interface AnthropicConversation {
  readonly system?: string | readonly JsonObject[];
  readonly messages: readonly JsonObject[];
}

const NO_ANNOTATIONS = unlessEmpty('annotations point into searches that Anthropic has not made');
const NO_NAMES = refused("Anthropic's messages have no names");
const SYSTEM: FieldRules = { role: 'translated', content: 'translated', name: NO_NAMES };
const USER: FieldRules = SYSTEM;
const ASSISTANT: FieldRules = {
  ...SYSTEM,
  tool_calls: 'translated',
  refusal: refused('a refusal cannot be told from other text at Anthropic'),
  annotations: NO_ANNOTATIONS,
  audio: refused('Anthropic does not speak'),
  function_call: refused('a function call without an id cannot be answered at Anthropic'),
};
/** A tool's `name` only repeats that of the call which it answers. */
const TOOL: FieldRules = {
  role: 'translated',
  content: 'translated',
  tool_call_id: 'translated',
  name: 'harmless',
};
const TEXT_PART: FieldRules = {
  type: 'translated',
  text: 'translated',
  prompt_cache_breakpoint: 'harmless',
  annotations: NO_ANNOTATIONS,
};
const IMAGE_PART: FieldRules = {
  type: 'translated',
  image_url: 'translated',
  prompt_cache_breakpoint: 'harmless',
};
const IMAGE_URL: FieldRules = {
  url: 'translated',
  detail: unless('Anthropic always sees an image in one resolution', 'auto'),
};
const CALL: FieldRules = { id: 'translated', type: 'translated', function: 'translated' };

/** Fields of an answer that may stand in a part of it as well, and then say nothing. */
const REPEATED = new Set(['role', 'tool_calls', 'refusal']);

const IMAGE_TYPES = /^data:(image\/(?:jpeg|png|gif|webp));base64,(.+)$/s;

/** The messages of a chat as Anthropic takes them: instructions before the conversation, answers of tools from the user. */
export function toAnthropicConversation(
  messages: readonly unknown[],
  findings: Findings,
): AnthropicConversation {
  const system: (string | readonly JsonObject[])[] = [];
  const turns: JsonObject[] = [];
  let results: JsonObject[] | undefined;
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`;
    if (!isObject(message)) {
      findings.refuse(at, 'it is not a message');
      continue;
    }
    const role = textAt(message, 'role');
    if (role !== 'tool') results = undefined;
    switch (role) {
      case 'system':
      case 'developer':
        findings.check(message, at, SYSTEM);
        if (turns.length > 0) {
          findings.refuse(
            `${at}.role`,
            'not every model of Anthropic takes instructions within the conversation',
          );
        }
        system.push(contentOf(message, at, findings));
        break;
      case 'user':
        findings.check(message, at, USER);
        turns.push({ role, content: notEmpty(contentOf(message, at, findings), at, findings) });
        break;
      case 'assistant':
        findings.check(message, at, ASSISTANT);
        turns.push({ role, content: assistantContent(message, at, findings) });
        break;
      case 'tool': {
        findings.check(message, at, TOOL);
        if (!results) {
          results = [];
          turns.push({ role: 'user', content: results });
        }
        const content = contentOf(message, at, findings);
        results.push({ type: 'tool_result', tool_use_id: textAt(message, 'tool_call_id'), content });
        break;
      }
      default:
        findings.refuse(`${at}.role`, `Anthropic has no role "${role}"`);
    }
  }
  if (turns.length === 0) findings.refuse('messages', 'Anthropic needs something to answer');
  if (turns.at(-1)?.['role'] === 'assistant') {
    findings.refuse(
      'messages',
      'the last one is from the assistant, which Anthropic would go on with, not answer',
    );
  }
  const instructions = system.filter((content) => content.length > 0);
  const [only] = instructions;
  if (only === undefined) return { messages: turns };
  return {
    system: instructions.length === 1 ? only : instructions.flatMap((content) => asBlocks(content)),
    messages: turns,
  };
}

function asBlocks(content: string | readonly JsonObject[]): readonly JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function notEmpty<Content extends string | readonly JsonObject[]>(
  content: Content,
  at: string,
  findings: Findings,
): Content {
  if (content.length === 0) findings.refuse(`${at}.content`, 'Anthropic takes no empty message');
  return content;
}

/** Text as it is, or its parts as blocks; a part without text says nothing and is not sent. */
function contentOf(message: JsonObject, at: string, findings: Findings): string | readonly JsonObject[] {
  const content = fieldAt(message, 'content');
  if (content === undefined) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) {
    findings.refuse(`${at}.content`, 'it is neither text nor parts');
    return '';
  }
  return content.flatMap((part: unknown, index) =>
    partOf(withoutRepeated(part, message), `${at}.content[${index}]`, findings),
  );
}

/** @openai/agents puts every field of a message that it was given into its text once more. */
function withoutRepeated(part: unknown, message: JsonObject): unknown {
  if (!isObject(part)) return part;
  const said = Object.entries(part).filter(
    ([key, value]) => !REPEATED.has(key) || JSON.stringify(value) !== JSON.stringify(message[key]),
  );
  return Object.fromEntries(said);
}

function partOf(part: unknown, at: string, findings: Findings): readonly JsonObject[] {
  const type = textAt(part, 'type');
  if (isObject(part) && type === 'text') {
    findings.check(part, at, TEXT_PART);
    const text = textAt(part, 'text');
    return text === '' ? [] : [{ type, text }];
  }
  const image = objectAt(part, 'image_url');
  if (isObject(part) && type === 'image_url' && image) {
    findings.check(part, at, IMAGE_PART);
    findings.check(image, `${at}.image_url`, IMAGE_URL);
    const source = imageSource(textAt(image, 'url'));
    if (source) return [{ type: 'image', source }];
    findings.refuse(
      `${at}.image_url.url`,
      'Anthropic takes JPEG, PNG, GIF and WebP, as base64 or by http(s)',
    );
    return [];
  }
  findings.refuse(at, `a part of type "${type}" has no counterpart at Anthropic`);
  return [];
}

function imageSource(url: string): JsonObject | undefined {
  const [, media_type, data] = IMAGE_TYPES.exec(url) ?? [];
  if (media_type !== undefined) return { type: 'base64', media_type, data };
  return /^https?:\/\//.test(url) ? { type: 'url', url } : undefined;
}

function assistantContent(
  message: JsonObject,
  at: string,
  findings: Findings,
): string | readonly JsonObject[] {
  const content = contentOf(message, at, findings);
  const calls = listAt(message, 'tool_calls').flatMap((call, index) =>
    toolUse(call, `${at}.tool_calls[${index}]`, findings),
  );
  if (calls.length === 0) return notEmpty(content, at, findings);
  return [...(content === '' ? [] : asBlocks(content)), ...calls];
}

function toolUse(call: unknown, at: string, findings: Findings): readonly JsonObject[] {
  const work = objectAt(call, 'function');
  if (!isObject(call) || !work || (textAt(call, 'type') || 'function') !== 'function') {
    findings.refuse(at, 'only functions are called in both dialects');
    return [];
  }
  findings.check(call, at, CALL);
  findings.check(work, `${at}.function`, { name: 'translated', arguments: 'translated' });
  const input = parseArguments(textAt(work, 'arguments'), `${at}.function.arguments`, findings);
  return [{ type: 'tool_use', id: textAt(call, 'id'), name: textAt(work, 'name'), input: input ?? {} }];
}
