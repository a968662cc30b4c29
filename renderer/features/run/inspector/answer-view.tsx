import { useTranslation } from 'react-i18next';
import type { ChatAnswer } from './chat-answer.ts';
import { LongText } from './long-text.tsx';
import { ToolCalls } from './tool-calls.tsx';

export function AnswerView({ answer }: { readonly answer: ChatAnswer }) {
  const { t } = useTranslation();
  const { text, reasoning, refusal, toolCalls, finishReason, chunks, complete, error } = answer;
  return (
    <div className="inspector-tab" tabIndex={0}>
      {reasoning && (
        <details className="message">
          <summary>{t('body.reasoning')}</summary>
          <LongText text={reasoning} />
        </details>
      )}
      {text && <LongText text={text} />}
      {refusal && <p className="stop chat-text">{refusal}</p>}
      <ToolCalls calls={toolCalls} />
      {!text && !refusal && toolCalls.length === 0 && <p className="dim">{t('body.noText')}</p>}
      {error && <p className="stop chat-text">{error}</p>}
      <p className="chat-note">
        {[
          finishReason && t('body.finish', { reason: finishReason }),
          chunks > 0 && t('body.chunks', { count: chunks }),
          !complete && t('body.incomplete'),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </div>
  );
}
