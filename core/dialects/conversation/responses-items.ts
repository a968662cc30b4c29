import { fieldAt, isObject, listAt, textAt } from '../json-access.ts';
import {
  asText,
  attachment,
  textPart,
  toolResult,
  type ConversationMessage,
  type MessagePart,
} from './message.ts';

/** Items of the Responses API, of a request's input or an answer's output; what the assistant does in a row is one message. */
export function readResponsesItems(items: readonly unknown[]): readonly ConversationMessage[] {
  const messages: ConversationMessage[] = [];
  for (const item of items) {
    const message = readItem(item);
    const last = messages.at(-1);
    if (last?.role === 'assistant' && message.role === 'assistant') {
      messages[messages.length - 1] = { role: 'assistant', parts: [...last.parts, ...message.parts] };
    } else messages.push(message);
  }
  return messages;
}

function readItem(item: unknown): ConversationMessage {
  const type = textAt(item, 'type');
  if (type === 'message' || (type === '' && textAt(item, 'role') !== '')) {
    return { role: textAt(item, 'role') || '?', parts: readResponsesContent(fieldAt(item, 'content')) };
  }
  if (type === 'reasoning') {
    const texts = [...listAt(item, 'summary'), ...listAt(item, 'content')].map((part) =>
      textAt(part, 'text'),
    );
    return { role: 'assistant', parts: [{ kind: 'thinking', text: texts.join('\n\n') }] };
  }
  if (type.endsWith('_call')) return { role: 'assistant', parts: callParts(item, type) };
  if (type.endsWith('_output')) {
    const output = fieldAt(item, 'output');
    const parts = Array.isArray(output) ? readResponsesContent(output) : textPart(asText(output));
    return { role: 'tool', parts: toolResult(textAt(item, 'call_id'), parts) };
  }
  return { role: textAt(item, 'role') || '?', parts: [attachment(type || '?')] };
}

/** A call of a function says what with; one of a tool that OpenAI runs itself is shown by all its fields, and may hold the result. */
function callParts(item: unknown, type: string): readonly MessagePart[] {
  const id = textAt(item, 'call_id') || textAt(item, 'id');
  const given = fieldAt(item, 'arguments') ?? fieldAt(item, 'input');
  const call: MessagePart = {
    kind: 'tool-call',
    id,
    name: textAt(item, 'name') || type,
    arguments: asText(given ?? withoutEnvelope(item)),
  };
  const output = type === 'mcp_call' ? fieldAt(item, 'output') : undefined;
  const error = type === 'mcp_call' ? fieldAt(item, 'error') : undefined;
  if (output === undefined && error === undefined) return [call];
  return [call, ...toolResult(id, textPart(asText(error ?? output)), error !== undefined)];
}

function withoutEnvelope(item: unknown): unknown {
  if (!isObject(item)) return undefined;
  const { type: _type, id: _id, call_id: _callId, status: _status, ...rest } = item;
  return rest;
}

/** Text as it is, or parts. */
function readResponsesContent(content: unknown): readonly MessagePart[] {
  if (typeof content === 'string') return textPart(content);
  return Array.isArray(content) ? content.flatMap(contentPart) : [];
}

function contentPart(part: unknown): readonly MessagePart[] {
  const type = textAt(part, 'type');
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return textPart(textAt(part, 'text'));
    case 'reasoning_text':
      return [{ kind: 'thinking', text: textAt(part, 'text') }];
    case 'refusal':
      return [{ kind: 'refusal', text: textAt(part, 'refusal') }];
    case 'input_image':
      return [attachment('image', textAt(part, 'image_url'))];
    case 'input_file':
      return [attachment('file', textAt(part, 'file_data') || textAt(part, 'file_url'))];
    default:
      return [attachment(type || '?')];
  }
}
