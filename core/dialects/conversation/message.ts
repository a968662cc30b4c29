import { jsonText } from '../json-access.ts';

/** A piece of what somebody said, in an order that is that of the wire where the wire has one. */
export type MessagePart =
  | { readonly kind: 'text'; readonly text: string }
  /** Empty where the provider keeps it to itself. */
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | {
      readonly kind: 'tool-call';
      /** Empty where the wire has none. */
      readonly id: string;
      readonly name: string;
      /** JSON as the model wrote it, not always valid; or free text, of tools that take that. */
      readonly arguments: string;
    }
  | {
      readonly kind: 'tool-result';
      /** The call that it answers; empty where the wire does not say. */
      readonly callId: string;
      readonly text: string;
      readonly failed: boolean;
    }
  | {
      readonly kind: 'attachment';
      /** `image`, `audio`, `file`, or what the wire calls it. */
      readonly media: string;
      /** An http(s) or data URL, where there is one. */
      readonly source?: string;
    };

/** One message of a conversation, in whatever dialect it was said. */
export interface ConversationMessage {
  /** As the wire says: `system`, `developer`, `user`, `assistant`, `tool`, …; `?` where it does not. */
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

/** A request as a person reads it. */
export interface Conversation {
  readonly messages: readonly ConversationMessage[];
  /** Names of the tools that the model may call. */
  readonly tools: readonly string[];
  /** Everything else, as JSON. */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

export function textPart(text: string): readonly MessagePart[] {
  return text === '' ? [] : [{ kind: 'text', text }];
}

export function attachment(media: string, source = ''): MessagePart {
  return { kind: 'attachment', media, ...(source !== '' && { source }) };
}

/** What a tool answered: its texts in one, and everything else beside it. */
export function toolResult(
  callId: string,
  parts: readonly MessagePart[],
  failed = false,
): readonly MessagePart[] {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const others = parts.filter((part) => part.kind !== 'text');
  return [{ kind: 'tool-result', callId, text: texts.join('\n'), failed }, ...others];
}

/** A value that should be text, or JSON where it is something else. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}
