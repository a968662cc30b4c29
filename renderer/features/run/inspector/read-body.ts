import type { RecordedBody } from '../../../../core/api/contract.ts';
import type { Conversation } from '../../../../core/dialects/conversation/message.ts';
import { readAnswer, type ConversationAnswer } from '../../../../core/dialects/conversation/read-answer.ts';
import { readConversation } from '../../../../core/dialects/conversation/read-conversation.ts';
import { isConversation, type WireDialect } from '../../../../core/dialects/dialect.ts';
import { fieldAt, jsonText, parseObject } from '../../../../core/dialects/json-access.ts';
import { readReported } from './read-reported.ts';

export type BodyKind = 'request' | 'response';
/** What a body is written in: `mcp` is a message of JSON-RPC, `reported` what a span of OpenTelemetry says. */
export type BodyDialect = WireDialect | 'mcp' | 'reported';

/** A body as a person reads it. */
export type ReadableBody =
  | { readonly kind: 'conversation'; readonly conversation: Conversation }
  | { readonly kind: 'answer'; readonly answer: ConversationAnswer }
  | { readonly kind: 'json'; readonly text: string };

/** `undefined` where there is nothing to read besides the body as it was on the wire. */
export function readBody(
  kind: BodyKind,
  { text, encoding }: RecordedBody,
  dialect: BodyDialect | undefined,
): ReadableBody | undefined {
  if (encoding !== 'utf-8' || dialect === undefined) return undefined;
  if (dialect === 'mcp') return readMcpMessage(kind, text);
  if (dialect === 'reported') {
    const conversation = readReported(text);
    return conversation && { kind: 'conversation', conversation };
  }
  if (kind === 'request') {
    const conversation = readConversation(dialect, text);
    return conversation && { kind: 'conversation', conversation };
  }
  if (!isConversation(dialect)) return undefined;
  const isStream = !text.trimStart().startsWith('{');
  const answer = readAnswer(dialect, text, isStream);
  // What is neither JSON nor a stream (the page of a proxy) has no events.
  return answer && (answer.events > 0 || !isStream) ? { kind: 'answer', answer } : undefined;
}

/** What a tool is called with, else whatever the request says; the result, or the error in its place. */
function readMcpMessage(kind: BodyKind, text: string): ReadableBody | undefined {
  const message = parseObject(text);
  const params = fieldAt(message, 'params');
  const said =
    kind === 'request'
      ? (fieldAt(params, 'arguments') ?? params)
      : (fieldAt(message, 'result') ?? fieldAt(message, 'error'));
  const inner = jsonText(said);
  return inner === '' ? undefined : { kind: 'json', text: inner };
}
