import { isJsonObject, parseJson, type JsonValue } from '../../base/json.ts';
import type { AttributeReader } from './attribute-reader.ts';
import { toConversation } from './chat-messages.ts';
import { unflatten } from './unflatten.ts';

/** Where a content may stand: in the attribute of that name, or in all whose names begin with it and a dot. */
export interface ContentSource {
  readonly name: string;
  /** `messages`: it says so by its name; `any`: whatever it looks like. */
  readonly form: 'messages' | 'any';
  readonly flat?: true;
}

/** What went into an operation or came out of it. */
export interface Content {
  /** `messages`: a `Conversation`; `text`: a string; `json`: the rest. */
  readonly form: 'messages' | 'json' | 'text';
  readonly value: JsonValue;
}

/** Takes the first content that is there. `role` is for messages that say none. */
export function readContent(
  reader: AttributeReader,
  member: string,
  sources: readonly ContentSource[],
  role: string,
): Content | undefined {
  for (const { name, form, flat } of sources) {
    if (flat) {
      const found = unflatten(reader.attributes, name);
      if (!found) continue;
      for (const key of found.taken) reader.take(member, key);
      reader.note(member, `${name}.*`, undefined);
      return form === 'messages' ? asMessages(found.value, role) : { form: 'json', value: found.value };
    }
    if (!reader.has(name)) continue;
    const value = reader.take(member, name) ?? null;
    return form === 'messages' ? asMessages(value, role) : asAny(value, role);
  }
  return undefined;
}

function asMessages(value: JsonValue, role: string): Content {
  const conversation = toConversation(value, role);
  return conversation ? { form: 'messages', value: conversation } : asData(value);
}

/** Only what is plainly a conversation is taken for one: each message says its role. */
function asAny(value: JsonValue, role: string): Content {
  const data = asData(value);
  const list = isJsonObject(data.value) ? data.value['messages'] : data.value;
  const isConversation =
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((item: JsonValue) => isJsonObject(item) && 'role' in item);
  return isConversation ? asMessages(data.value, role) : data;
}

function asData(value: JsonValue): Content {
  if (typeof value !== 'string') return { form: 'json', value };
  const parsed = parseJson(value);
  return typeof parsed === 'object' && parsed !== null
    ? { form: 'json', value: parsed }
    : { form: 'text', value };
}
