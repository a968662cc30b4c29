import { parseJson, type JsonValue } from '../base/json.ts';
import type { ConversationMessage, MessagePart } from '../dialects/conversation/message.ts';

/** Messages of a dialect in the form of OpenTelemetry's GenAI conventions (`gen-ai-input-messages`). */
export function genAiMessages(messages: readonly ConversationMessage[]): JsonValue {
  return messages.map(({ role, parts }) => ({ role, parts: parts.map(partOf) }));
}

function partOf(part: MessagePart): JsonValue {
  switch (part.kind) {
    case 'text':
      return { type: 'text', content: part.text };
    case 'thinking':
      return { type: 'reasoning', content: part.text };
    case 'refusal':
      return { type: 'refusal', content: part.text };
    case 'tool-call':
      return {
        type: 'tool_call',
        id: part.id,
        name: part.name,
        arguments: parseJson(part.arguments) ?? part.arguments,
      };
    case 'tool-result':
      return {
        type: 'tool_call_response',
        id: part.callId,
        response: part.text,
        ...(part.failed && { failed: true }),
      };
    case 'attachment':
      return {
        type: 'uri',
        modality: part.media,
        ...(part.source !== undefined && { uri: part.source }),
      };
  }
}
