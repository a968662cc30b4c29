import type { SpanDetail } from '../../../../core/api/contract.ts';
import type { Conversation } from '../../../../core/dialects/conversation/message.ts';
import type { ConversationAnswer } from '../../../../core/dialects/conversation/read-answer.ts';
import { readBody, type BodyDialect } from '../inspector/read-body.ts';
import { dialectOfCall } from '../inspector/span-dialect.ts';

/** What was said to a model and what it answered, as far as it can be read. */
export interface Turn {
  readonly detail: SpanDetail;
  readonly request?: Conversation;
  /** Messages alone, where a report says no more. */
  readonly answer?: Pick<ConversationAnswer, 'messages'>;
}

export function readTurn(detail: SpanDetail): Turn {
  const dialect = dialectOf(detail);
  const said = detail.request && readBody('request', detail.request, dialect);
  const heard = detail.response && readBody('response', detail.response, dialect);
  return {
    detail,
    ...(said?.kind === 'conversation' && { request: said.conversation }),
    ...(heard?.kind === 'answer' && { answer: heard.answer }),
    ...(heard?.kind === 'conversation' && { answer: heard.conversation }),
  };
}

function dialectOf({ span }: SpanDetail): BodyDialect | undefined {
  if (span.kind === 'reported') return 'reported';
  return span.kind === 'call' ? dialectOfCall(span) : undefined;
}
