import { fieldAt, textAt } from '../json-access.ts';
import {
  asText,
  attachment,
  textPart,
  toolResult,
  type ConversationMessage,
  type MessagePart,
} from './message.ts';

/** A message of Anthropic's, of a request or an answer. */
export function readAnthropicMessage(message: unknown): ConversationMessage {
  return { role: textAt(message, 'role') || '?', parts: readAnthropicContent(fieldAt(message, 'content')) };
}

/** Text as it is, or blocks. */
export function readAnthropicContent(content: unknown): readonly MessagePart[] {
  if (typeof content === 'string') return textPart(content);
  return Array.isArray(content) ? content.flatMap(block) : [];
}

function block(value: unknown): readonly MessagePart[] {
  const type = textAt(value, 'type');
  switch (type) {
    case 'text':
      return textPart(textAt(value, 'text'));
    case 'thinking':
      return [{ kind: 'thinking', text: textAt(value, 'thinking') }];
    case 'redacted_thinking':
      return [{ kind: 'thinking', text: '' }];
    case 'image':
      return [attachment('image', sourceUrl(fieldAt(value, 'source')))];
    case 'document':
      return [attachment('file', sourceUrl(fieldAt(value, 'source')))];
    case 'tool_result': {
      const failed = fieldAt(value, 'is_error') === true;
      return toolResult(
        textAt(value, 'tool_use_id'),
        readAnthropicContent(fieldAt(value, 'content')),
        failed,
      );
    }
  }
  // Tools that Anthropic runs itself are called and answered within one message.
  if (type.endsWith('tool_use')) {
    const input = asText(fieldAt(value, 'input') ?? {});
    return [{ kind: 'tool-call', id: textAt(value, 'id'), name: textAt(value, 'name'), arguments: input }];
  }
  if (type.endsWith('tool_result')) {
    const content = fieldAt(value, 'content');
    const failed = textAt(content, 'type').endsWith('error');
    return toolResult(textAt(value, 'tool_use_id'), textPart(asText(content)), failed);
  }
  return [attachment(type || '?')];
}

function sourceUrl(source: unknown): string {
  switch (textAt(source, 'type')) {
    case 'base64':
      return `data:${textAt(source, 'media_type')};base64,${textAt(source, 'data')}`;
    case 'url':
      return textAt(source, 'url');
    default:
      return '';
  }
}
