import type { ConversationDialect } from '../dialect.ts';
import {
  isObject,
  listAt,
  parseJson,
  parseObject,
  textAt,
  fieldAt,
  type JsonObject,
} from '../json-access.ts';
import { observeAnswer, type Observation } from '../observation/observer.ts';
import { readSse } from '../sse/read-sse.ts';
import { readAnthropicMessage } from './anthropic-blocks.ts';
import { assembleAnthropic } from './assemble-anthropic.ts';
import { assembleChat } from './assemble-chat.ts';
import { assembleResponses } from './assemble-responses.ts';
import { readChatMessage } from './chat-messages.ts';
import type { ConversationMessage } from './message.ts';
import { readResponsesItems } from './responses-items.ts';

/** An answer as a person reads it. */
export interface ConversationAnswer extends Observation {
  /** One; several where several answers were asked for, or a tool of the provider's own came between. */
  readonly messages: readonly ConversationMessage[];
  /** Events of the stream; 0 for an answer in one piece. */
  readonly events: number;
}

interface AnswerShape {
  /** Puts a stream together to the document that it would have been. */
  assemble(): { add(event: JsonObject): void; document(): JsonObject };
  /** The messages of a document; `undefined` where it is none of this dialect. */
  messages(document: JsonObject): readonly ConversationMessage[] | undefined;
}

const SHAPES = {
  'openai-chat': {
    assemble: assembleChat,
    messages: (document) =>
      fieldAt(document, 'choices') === undefined
        ? undefined
        : listAt(document, 'choices').map((choice) => readChatMessage(fieldAt(choice, 'message'))),
  },
  'openai-responses': {
    assemble: assembleResponses,
    messages: (document) =>
      fieldAt(document, 'output') === undefined ? undefined : readResponsesItems(listAt(document, 'output')),
  },
  'anthropic-messages': {
    assemble: assembleAnthropic,
    messages: (document) =>
      textAt(document, 'type') === 'message' ? [readAnthropicMessage(document)] : undefined,
  },
} as const satisfies Record<ConversationDialect, AnswerShape>;

/** What an answer says, also one that broke off; `undefined` where the body is something else. */
export function readAnswer(
  dialect: ConversationDialect,
  body: string,
  isStream: boolean,
): ConversationAnswer | undefined {
  const shape: AnswerShape = SHAPES[dialect];
  const bytes = new TextEncoder().encode(body);
  const document = isStream ? assembleStream(shape, bytes) : parseObject(body);
  const messages = document && shape.messages(document);
  if (!messages) return undefined;
  const observer = observeAnswer(dialect, isStream);
  observer.feed(bytes);
  const observation = observer.end();
  return { ...observation, messages, events: observer.events };
}

function assembleStream(shape: AnswerShape, bytes: Uint8Array): JsonObject {
  const assembly = shape.assemble();
  const reader = readSse({
    event(name, data) {
      const event = parseJson(data);
      if (isObject(event)) assembly.add(textAt(event, 'type') === '' ? { ...event, type: name } : event);
    },
    errorField() {},
    tooLarge() {},
  });
  reader.feed(bytes);
  reader.end();
  return assembly.document();
}
