import {
  asText,
  attachment,
  textPart,
  toolResult,
  type Conversation,
  type ConversationMessage,
  type MessagePart,
} from '../../../../core/dialects/conversation/message.ts';
import { fieldAt, jsonText, listAt, parseObject, textAt } from '../../../../core/dialects/json-access.ts';

/**
 * The messages that a span reported, in the form of OpenTelemetry's GenAI conventions (`gen-ai-input-messages`);
 * `undefined` for what it reported as other JSON or as text.
 */
export function readReported(text: string): Conversation | undefined {
  const body = parseObject(text);
  if (!body || !Array.isArray(fieldAt(body, 'messages'))) return undefined;
  const { messages: _messages, system: _system, tools: _tools, ...rest } = body;
  const system = listAt(body, 'system').flatMap(partOf);
  return {
    messages: [
      ...(system.length > 0 ? [{ role: 'system', parts: system }] : []),
      ...listAt(body, 'messages').map(messageOf),
    ],
    tools: listAt(body, 'tools').map(
      (tool) => textAt(tool, 'name') || textAt(fieldAt(tool, 'function'), 'name') || '?',
    ),
    settings: Object.entries(rest).map(([name, value]) => [name, jsonText(value)] as const),
  };
}

function messageOf(message: unknown): ConversationMessage {
  return { role: textAt(message, 'role') || '?', parts: listAt(message, 'parts').flatMap(partOf) };
}

function partOf(part: unknown): readonly MessagePart[] {
  const type = textAt(part, 'type');
  switch (type) {
    case 'text':
      return textPart(asText(fieldAt(part, 'content')));
    case 'reasoning':
      return [{ kind: 'thinking', text: asText(fieldAt(part, 'content')) }];
    case 'tool_call':
      return [
        {
          kind: 'tool-call',
          id: textAt(part, 'id'),
          name: textAt(part, 'name'),
          arguments: asText(fieldAt(part, 'arguments')),
        },
      ];
    case 'tool_call_response':
      return toolResult(
        textAt(part, 'id'),
        textPart(asText(fieldAt(part, 'response') ?? fieldAt(part, 'result'))),
      );
    default:
      return [attachment(textAt(part, 'modality') || type || '?', textAt(part, 'uri'))];
  }
}
