import type { ConversationDialect } from '../dialect.ts';
import { anthropicWriter } from './anthropic-writer.ts';
import { chatWriter } from './chat-writer.ts';
import { responsesWriter } from './responses-writer.ts';
import type { AnswerWriter, WrittenAnswer } from './written-answer.ts';

interface WholeAnswer {
  readonly status: 200;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

const WRITERS = {
  'openai-chat': chatWriter,
  'openai-responses': responsesWriter,
  'anthropic-messages': anthropicWriter,
} as const satisfies Record<ConversationDialect, AnswerWriter>;

export function writerOf(dialect: ConversationDialect): AnswerWriter {
  return WRITERS[dialect];
}

/** The answer as the dialect's own SDKs read it, whole or as a stream of all its events. */
export function writeAnswer(
  dialect: ConversationDialect,
  answer: WrittenAnswer,
  streaming: boolean,
): WholeAnswer {
  const writer = writerOf(dialect);
  const type = streaming ? 'text/event-stream; charset=utf-8' : 'application/json';
  const { begin, pieces, end } = streaming ? writer.stream(answer) : NO_STREAM;
  const body = streaming ? [begin, ...pieces, end].join('') : JSON.stringify(writer.document(answer));
  return { status: 200, headers: [['content-type', type]], body: new TextEncoder().encode(body) };
}

const NO_STREAM = { begin: '', pieces: [], end: '' };
