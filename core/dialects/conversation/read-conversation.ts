import type { WireDialect } from '../dialect.ts';
import { fieldAt, jsonText, listAt, parseObject, textAt, type JsonObject } from '../json-access.ts';
import { readAnthropicContent, readAnthropicMessage } from './anthropic-blocks.ts';
import { readChatMessage } from './chat-messages.ts';
import { attachment, textPart, type Conversation, type ConversationMessage } from './message.ts';
import { readResponsesItems } from './responses-items.ts';

interface RequestShape {
  /** Fields that the messages are read from; one of them must be there. */
  readonly fields: readonly string[];
  messages(body: JsonObject): readonly ConversationMessage[];
}

const ANTHROPIC: RequestShape = {
  fields: ['messages', 'system'],
  messages: (body) => [
    ...instructions(readAnthropicContent(fieldAt(body, 'system'))),
    ...listAt(body, 'messages').map(readAnthropicMessage),
  ],
};

const SHAPES = {
  'openai-chat': {
    fields: ['messages'],
    messages: (body) => listAt(body, 'messages').map(readChatMessage),
  },
  'openai-responses': {
    fields: ['input', 'instructions'],
    messages: (body) => [
      ...instructions(textPart(textAt(body, 'instructions'))),
      ...readResponsesItems(itemsOf(fieldAt(body, 'input'))),
    ],
  },
  'openai-embeddings': {
    fields: ['input'],
    messages: (body) => textsOf(fieldAt(body, 'input')).map(embedded),
  },
  'openai-models': undefined,
  'anthropic-messages': ANTHROPIC,
  'anthropic-count-tokens': ANTHROPIC,
  'anthropic-models': undefined,
} as const satisfies Record<WireDialect, RequestShape | undefined>;

/** What a request says; `undefined` where its body is something else. */
export function readConversation(dialect: WireDialect, requestBody: string): Conversation | undefined {
  const shape: RequestShape | undefined = SHAPES[dialect];
  const body = parseObject(requestBody);
  if (!shape || !body || shape.fields.every((field) => fieldAt(body, field) === undefined)) return undefined;
  const read = new Set([...shape.fields, 'tools']);
  return {
    messages: shape.messages(body),
    tools: listAt(body, 'tools').map(toolName),
    settings: Object.entries(body).flatMap(([name, value]) =>
      read.has(name) ? [] : [[name, jsonText(value)] as const],
    ),
  };
}

function instructions(parts: ConversationMessage['parts']): readonly ConversationMessage[] {
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

function itemsOf(input: unknown): readonly unknown[] {
  if (Array.isArray(input)) return input;
  return input === undefined ? [] : [{ role: 'user', content: input }];
}

/** One text, several, or tokens in place of either. */
function textsOf(input: unknown): readonly unknown[] {
  const isTokens = Array.isArray(input) && input.every((one) => typeof one === 'number');
  return Array.isArray(input) && !isTokens ? input : [input];
}

function embedded(text: unknown): ConversationMessage {
  return { role: 'input', parts: typeof text === 'string' ? textPart(text) : [attachment('tokens')] };
}

/** Tools that are no functions have a type, and mostly no name. */
function toolName(tool: unknown): string {
  const name = [fieldAt(tool, 'function'), fieldAt(tool, 'custom'), tool].map((one) => textAt(one, 'name'));
  return name.find((one) => one !== '') ?? (textAt(tool, 'type') || '?');
}
