import type { ModelDialect } from '../journal/event.ts';

/** The wire shapes that are read and written here: what one endpoint of a provider takes and answers. */
export const WIRE_DIALECTS = [
  'openai-chat',
  'openai-responses',
  'openai-embeddings',
  'openai-models',
  'anthropic-messages',
  'anthropic-count-tokens',
  'anthropic-models',
] as const;
export type WireDialect = (typeof WIRE_DIALECTS)[number];

/** Those in which a model answers in words. */
export const CONVERSATION_DIALECTS = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
] as const satisfies readonly WireDialect[];
export type ConversationDialect = (typeof CONVERSATION_DIALECTS)[number];

const FAMILIES = {
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'openai-embeddings': 'openai',
  'openai-models': 'openai',
  'anthropic-messages': 'anthropic',
  'anthropic-count-tokens': 'anthropic',
  'anthropic-models': 'anthropic',
} as const satisfies Record<WireDialect, ModelDialect>;

/** Whose SDKs speak it: errors have one shape in each family. */
export function familyOf(dialect: WireDialect): ModelDialect {
  return FAMILIES[dialect];
}

export function isConversation(dialect: WireDialect): dialect is ConversationDialect {
  return CONVERSATION_DIALECTS.some((one) => one === dialect);
}
