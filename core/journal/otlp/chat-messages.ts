import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../base/json.ts';

/**
 * A message in the one form that they are kept in: that of the GenAI conventions of OpenTelemetry (`gen-ai-input-messages`,
 * `gen-ai-output-messages`). What a part or a message has besides is kept beside it.
 */
export interface ChatMessage extends JsonObject {
  readonly role: string;
  readonly parts: readonly JsonValue[];
}

/** Messages with what was said beside them (`system`, `tools`, parameters of a model, …). */
export interface Conversation extends JsonObject {
  readonly messages: readonly ChatMessage[];
}

/**
 * Understands a list of messages (or one, or an object with `messages`), as JSON or as its text, in the shapes in which
 * instrumentations write them: OpenTelemetry, OpenAI, Anthropic, OpenInference, the AI SDK, LangChain. Nothing where it
 * is something else. `role` is taken where a message says none.
 */
export function toConversation(given: JsonValue, role: string): Conversation | undefined {
  const value = typeof given === 'string' ? (parseJson(given) ?? null) : given;
  if (isJsonObject(value)) {
    if (!Array.isArray(value['messages'])) return toConversation([value], role);
    const inner = toConversation(value['messages'], role);
    return inner && { ...value, ...inner };
  }
  if (!Array.isArray(value)) return undefined;
  const messages = (value as readonly JsonValue[]).flat(1).map((item) => toMessage(item, role));
  return messages.length > 0 && messages.every((item) => item !== undefined) ? { messages } : undefined;
}

function toMessage(given: JsonValue, defaultRole: string): ChatMessage | undefined {
  if (!isJsonObject(given)) return undefined;
  // OpenInference and LangChain wrap a message.
  const wrapped = given['message'] ?? given['kwargs'];
  if (isJsonObject(wrapped)) {
    const { message: _, kwargs: __, lc: ___, ...around } = given;
    return toMessage(
      'role' in wrapped || !('role' in around) ? wrapped : { ...around, ...wrapped },
      defaultRole,
    );
  }
  // What GenAI's answers once had instead of parts.
  if (typeof given['text'] === 'string' && 'finish_reason' in given) {
    const { text, ...rest } = given;
    return toMessage({ role: defaultRole, content: text, ...rest }, defaultRole);
  }
  const { role, type, parts, content, contents, tool_calls: calls, tool_call_id: callId, ...rest } = given;
  const isMessage = [role, parts, content, contents, calls].some((member) => member !== undefined);
  if (!isMessage) return undefined;
  const said =
    typeof role === 'string' ? role : typeof type === 'string' ? LANGCHAIN_ROLES.get(type) : undefined;
  const found = [
    ...(Array.isArray(parts) ? (parts as readonly JsonValue[]).map(toPart) : []),
    ...contentParts(contents ?? content, callId),
    ...(Array.isArray(calls) ? (calls as readonly JsonValue[]).map(toToolCall) : []),
  ];
  return { ...rest, role: said ?? defaultRole, parts: found };
}

const LANGCHAIN_ROLES: ReadonlyMap<string, string> = new Map([
  ['human', 'user'],
  ['ai', 'assistant'],
  ['system', 'system'],
  ['tool', 'tool'],
]);

function contentParts(content: JsonValue | undefined, callId: JsonValue | undefined): readonly JsonValue[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof callId === 'string') return [{ type: 'tool_call_response', id: callId, response: content }];
  return Array.isArray(content) ? (content as readonly JsonValue[]).map(toPart) : [toPart(content)];
}

function toPart(given: JsonValue): JsonValue {
  if (!isJsonObject(given))
    return { type: 'text', content: typeof given === 'string' ? given : JSON.stringify(given) };
  const inner = given['message_content'];
  if (isJsonObject(inner)) return toPart(inner);
  const { type, text, thinking, ...rest } = given;
  switch (type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { ...rest, type: 'text', content: text ?? rest['content'] ?? '' };
    case 'reasoning':
    case 'thinking':
      return { ...rest, type: 'reasoning', content: thinking ?? text ?? rest['content'] ?? '' };
    case 'tool_call':
    case 'tool-call':
    case 'tool_use':
      return toToolCall(given);
    case 'tool_call_response':
    case 'tool-result':
    case 'tool_result':
      return toToolResponse(given);
    default:
      return type === undefined && typeof text === 'string'
        ? { ...rest, type: 'text', content: text }
        : given;
  }
}

function toToolCall(given: JsonValue): JsonValue {
  if (!isJsonObject(given)) return { type: 'tool_call', arguments: given };
  const inner = given['tool_call'];
  if (isJsonObject(inner)) return toToolCall(inner);
  const called = isJsonObject(given['function']) ? given['function'] : given;
  const id = given['id'] ?? given['toolCallId'] ?? given['tool_call_id'];
  const name = called['name'] ?? called['toolName'];
  const args = called['arguments'] ?? called['args'] ?? called['input'];
  return {
    type: 'tool_call',
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    ...(args !== undefined && { arguments: typeof args === 'string' ? (parseJson(args) ?? args) : args }),
  };
}

function toToolResponse(given: JsonObject): JsonValue {
  const id = given['id'] ?? given['tool_use_id'] ?? given['toolCallId'] ?? given['tool_call_id'];
  const response = given['response'] ?? given['result'] ?? given['output'] ?? given['content'];
  return {
    type: 'tool_call_response',
    ...(id !== undefined && { id }),
    ...(response !== undefined && { response }),
  };
}
