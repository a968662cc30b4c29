import type { ToolCall } from './chat-answer.ts';
import { field, listOf, textOf } from './json-access.ts';

export interface ChatMessage {
  readonly role: string;
  readonly text: string;
  /** Parts that are not text (images, audio), by their kind. */
  readonly attachments: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  /** The call that a tool's message answers. */
  readonly answers?: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly string[];
  /** Everything else, as JSON. */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

/** What a request says to a chat model; `undefined` where the body is something else. */
export function readChatRequest(json: string): ChatRequest | undefined {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null || !Array.isArray(field(body, 'messages'))) return undefined;
  const system = field(body, 'system');
  const messages = listOf(field(body, 'messages')).map(readMessage);
  const { messages: _messages, tools: _tools, system: _system, ...rest } = body as Record<string, unknown>;
  return {
    messages:
      system === undefined ? messages : [readMessage({ role: 'system', content: system }), ...messages],
    tools: listOf(field(body, 'tools')).map(
      (tool) => textOf(field(field(tool, 'function'), 'name')) || textOf(field(tool, 'name')) || '?',
    ),
    settings: Object.entries(rest).map(([name, value]) => [name, JSON.stringify(value)] as const),
  };
}

function readMessage(message: unknown): ChatMessage {
  const content = field(message, 'content');
  const parts = listOf(content);
  const texts = parts.map((part) => textOf(field(part, 'text')) || textOf(field(part, 'content')));
  const kinds = parts.map((part) => textOf(field(part, 'type')));
  const answers = textOf(field(message, 'tool_call_id'));
  return {
    role: textOf(field(message, 'role')) || '?',
    text: typeof content === 'string' ? content : texts.filter(Boolean).join('\n'),
    attachments: kinds.filter((kind, index) => kind !== '' && texts[index] === '' && kind !== 'tool_use'),
    toolCalls: [
      ...listOf(field(message, 'tool_calls')).map((call) => ({
        name: textOf(field(field(call, 'function'), 'name')),
        arguments: textOf(field(field(call, 'function'), 'arguments')),
      })),
      ...parts
        .filter((part) => field(part, 'type') === 'tool_use')
        .map((part) => ({
          name: textOf(field(part, 'name')),
          arguments: JSON.stringify(field(part, 'input') ?? {}),
        })),
    ],
    ...(answers && { answers }),
  };
}
