import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordedBody } from '../../../../core/api/contract.ts';
import { useFormat } from '../../../format/use-format.ts';
import { CopyButton } from '../../../widgets/copy-button.tsx';
import { Notice } from '../../../widgets/notice.tsx';
import { AnswerView } from './answer-view.tsx';
import { assembleChatStream, readChatAnswer } from './chat-answer.ts';
import { readChatRequest } from './chat-request.ts';
import { CodeView } from './code-view.tsx';
import { RequestView } from './request-view.tsx';
import './body-tab.css';

interface BodyTabProps {
  readonly kind: 'request' | 'response';
  readonly body: RecordedBody | undefined;
  readonly loading: boolean;
  readonly running: boolean;
}

/** A recorded body: read as a chat where it is one, and always as it was on the wire. */
export function BodyTab({ kind, body, loading, running }: BodyTabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [raw, setRaw] = useState(false);
  const readable = useMemo(() => (body ? read(kind, body) : undefined), [kind, body]);
  if (!body) {
    const title = running ? t('body.running') : loading ? t('body.loading') : t(`body.none.${kind}`);
    return <Notice title={title}>{running && <p>{t('body.runningHint')}</p>}</Notice>;
  }
  return (
    <div className="body-tab">
      <div className="body-bar">
        <span className="dim">
          {format.bytes(body.bytes)}
          {body.truncated && ` · ${t('body.truncated')}`}
          {body.encoding === 'base64' && ' · base64'}
        </span>
        <span className="body-actions">
          {readable && (
            <button type="button" className="button" aria-pressed={raw} onClick={() => setRaw(!raw)}>
              {t('body.raw')}
            </button>
          )}
          <CopyButton text={body.text} what={t(`run.inspector.tabs.${kind}`)} />
        </span>
      </div>
      <div className="body-content">
        {raw || !readable ? (
          <CodeView text={body.text} label={t(`run.inspector.tabs.${kind}`)} />
        ) : readable.kind === 'answer' ? (
          <AnswerView answer={readable.answer} />
        ) : (
          <RequestView request={readable.request} />
        )}
      </div>
    </div>
  );
}

function read(kind: 'request' | 'response', { text, encoding }: RecordedBody) {
  if (encoding !== 'utf-8') return undefined;
  if (kind === 'request') {
    const request = readChatRequest(text);
    return request && { kind: 'request' as const, request };
  }
  const streamed = /^(?:data|event|:)/m.test(text) && !text.trimStart().startsWith('{');
  const answer = streamed ? assembleChatStream(text) : readChatAnswer(text);
  return answer && (answer.chunks > 0 || !streamed) ? { kind: 'answer' as const, answer } : undefined;
}
