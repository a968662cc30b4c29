import { fieldAt, listAt, textAt } from '../json-access.ts';
import {
  asText,
  attachment,
  textPart,
  toolResult,
  type ConversationMessage,
  type MessagePart,
} from './message.ts';

/** A message of Chat Completions, of a request or of an answer. */
export function readChatMessage(message: unknown): ConversationMessage {
  const role = textAt(message, 'role') || '?';
  const content = contentParts(fieldAt(message, 'content'));
  if (role === 'tool' || role === 'function') {
    return { role, parts: toolResult(textAt(message, 'tool_call_id') || textAt(message, 'name'), content) };
  }
  const thoughts = textAt(message, 'reasoning_content') || textAt(message, 'reasoning');
  const refusal = textAt(message, 'refusal');
  const audio = fieldAt(message, 'audio');
  return {
    role,
    parts: [
      ...(thoughts === '' ? [] : [{ kind: 'thinking' as const, text: thoughts }]),
      ...content,
      ...(refusal === '' ? [] : [{ kind: 'refusal' as const, text: refusal }]),
      ...textPart(textAt(audio, 'transcript')),
      ...(audio === undefined ? [] : [attachment('audio')]),
      ...listAt(message, 'tool_calls').map(toolCall),
      ...legacyCall(fieldAt(message, 'function_call')),
    ],
  };
}

function contentParts(content: unknown): readonly MessagePart[] {
  if (typeof content === 'string') return textPart(content);
  return Array.isArray(content) ? content.flatMap(contentPart) : [];
}

function contentPart(part: unknown): readonly MessagePart[] {
  const type = textAt(part, 'type');
  switch (type) {
    case 'text':
      return textPart(textAt(part, 'text'));
    case 'refusal':
      return [{ kind: 'refusal', text: textAt(part, 'refusal') }];
    case 'thinking':
      return [{ kind: 'thinking', text: asText(fieldAt(part, 'thinking')) }];
    case 'image_url': {
      const image = fieldAt(part, 'image_url');
      return [attachment('image', textAt(image, 'url') || (typeof image === 'string' ? image : ''))];
    }
    case 'input_audio': {
      const audio = fieldAt(part, 'input_audio');
      return [attachment('audio', `data:audio/${textAt(audio, 'format')};base64,${textAt(audio, 'data')}`)];
    }
    case 'file':
      return [attachment('file', textAt(fieldAt(part, 'file'), 'file_data'))];
    default:
      return [attachment(type || '?')];
  }
}

function toolCall(call: unknown): MessagePart {
  const work = fieldAt(call, 'function') ?? fieldAt(call, 'custom');
  return {
    kind: 'tool-call',
    id: textAt(call, 'id'),
    name: textAt(work, 'name'),
    arguments: asText(fieldAt(work, 'arguments') ?? fieldAt(work, 'input')),
  };
}

function legacyCall(call: unknown): readonly MessagePart[] {
  if (call === undefined) return [];
  return [{ kind: 'tool-call', id: '', name: textAt(call, 'name'), arguments: textAt(call, 'arguments') }];
}
