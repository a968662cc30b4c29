import type { WireDialect } from '../dialect.ts';
import { anthropicAnswerToChat } from './anthropic-answer-to-chat.ts';
import { anthropicRequestToChat } from './anthropic-request-to-chat.ts';
import { anthropicStreamToChat } from './anthropic-stream-to-chat.ts';
import { chatAnswerToAnthropic } from './chat-answer-to-anthropic.ts';
import { chatRequestToAnthropic } from './chat-request-to-anthropic.ts';
import { chatStreamToAnthropic } from './chat-stream-to-anthropic.ts';
import type { Translation } from './translation.ts';

const CHAT_AT_ANTHROPIC: Translation = {
  request: chatRequestToAnthropic,
  answer: anthropicAnswerToChat,
  stream: anthropicStreamToChat,
};

const MESSAGES_AT_CHAT: Translation = {
  request: anthropicRequestToChat,
  answer: chatAnswerToAnthropic,
  stream: chatStreamToAnthropic,
};

/** How a call in one dialect is answered by an upstream of another; `undefined` where that cannot be done. */
export function translationBetween(client: WireDialect, upstream: WireDialect): Translation | undefined {
  if (client === 'openai-chat' && upstream === 'anthropic-messages') return CHAT_AT_ANTHROPIC;
  if (client === 'anthropic-messages' && upstream === 'openai-chat') return MESSAGES_AT_CHAT;
  return undefined;
}
