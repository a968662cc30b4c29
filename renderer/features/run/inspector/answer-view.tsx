import { useTranslation } from 'react-i18next';
import type { ConversationAnswer } from '../../../../core/dialects/conversation/read-answer.ts';
import { MessageParts } from './message-parts.tsx';
import { pairTools } from './tool-pairs.ts';

export function AnswerView({ answer }: { readonly answer: ConversationAnswer }) {
  const { t } = useTranslation();
  const { finishReason, events, unparsed, verdict, error } = answer;
  const messages = pairTools(answer.messages);
  const silent = messages.every(({ parts }) => parts.every(({ kind }) => kind === 'thinking'));
  return (
    <div className="inspector-tab" tabIndex={0}>
      {messages.map(({ role, parts }, index) => (
        <section key={index} className={messages.length > 1 ? 'one-of-answers' : undefined}>
          {messages.length > 1 && (
            <h3>
              {index + 1} · {role}
            </h3>
          )}
          <MessageParts parts={parts} />
        </section>
      ))}
      {silent && <p className="dim">{t('body.noText')}</p>}
      {error && <p className="stop chat-text">{error.message}</p>}
      <p className="chat-note">
        {[
          finishReason && t('body.finish', { reason: finishReason }),
          events > 0 && t('body.chunks', { count: events }),
          unparsed > 0 && t('body.unparsed', { count: unparsed }),
          verdict === 'cut' && t('body.incomplete'),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </div>
  );
}
