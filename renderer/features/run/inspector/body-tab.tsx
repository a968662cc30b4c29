import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordedBody } from '../../../../core/api/contract.ts';
import { useFormat } from '../../../format/use-format.ts';
import { CopyButton } from '../../../widgets/copy-button.tsx';
import { Notice } from '../../../widgets/notice.tsx';
import { AnswerView } from './answer-view.tsx';
import { CodeView } from './code-view.tsx';
import { maskedSecrets } from './masked-secrets.ts';
import { readBody, type BodyDialect, type BodyKind, type ReadableBody } from './read-body.ts';
import { RequestView } from './request-view.tsx';
import './body-tab.css';

interface BodyTabProps {
  readonly kind: BodyKind;
  readonly dialect: BodyDialect | undefined;
  readonly body: RecordedBody | undefined;
  readonly loading: boolean;
  readonly running: boolean;
}

/** A recorded body: as a person reads it where it is understood, and always as it was on the wire. */
export function BodyTab({ kind, dialect, body, loading, running }: BodyTabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [raw, setRaw] = useState(false);
  const readable = useMemo(() => (body ? readBody(kind, body, dialect) : undefined), [kind, body, dialect]);
  const masked = useMemo(() => (body ? maskedSecrets(body.text) : undefined), [body]);
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
          {masked && (
            <span className="caution">
              {' '}
              · {t('body.masked', { count: masked.count })}
              {masked.rules.length > 0 && `: ${masked.rules.join(', ')}`}
            </span>
          )}
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
        ) : (
          <Readable body={readable} label={t(`run.inspector.tabs.${kind}`)} />
        )}
      </div>
    </div>
  );
}

function Readable({ body, label }: { readonly body: ReadableBody; readonly label: string }) {
  switch (body.kind) {
    case 'conversation':
      return <RequestView conversation={body.conversation} />;
    case 'answer':
      return <AnswerView answer={body.answer} />;
    case 'json':
      return <CodeView text={body.text} label={label} />;
  }
}
