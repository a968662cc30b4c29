import { useTranslation } from 'react-i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import type { AttemptSpan } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { Notice } from '../../../widgets/notice.tsx';
import { Status } from '../../../widgets/status.tsx';
import { CallMarks } from '../call-marks.tsx';
import './attempts-tab.css';

interface AttemptsTabProps {
  readonly attempts: readonly AttemptSpan[];
  readonly onOpen: (span: SpanId) => void;
}

export function AttemptsTab({ attempts, onOpen }: AttemptsTabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (attempts.length === 0) return <Notice title={t('decision.noAttempts')} />;
  return (
    <ol className="inspector-tab attempts">
      {attempts.map((attempt) => (
        <li key={attempt.id}>
          <button type="button" className="attempt" onClick={() => onOpen(attempt.id)}>
            <span className="attempt-line">
              <span>
                {attempt.attempt} <strong>{attempt.instance}</strong>
              </span>
              <Status status={attempt.status} />
              <CallMarks span={attempt} />
              <span className="attempt-took">
                {attempt.endedAt !== undefined && format.duration(attempt.endedAt - attempt.startedAt)}
              </span>
            </span>
            <span className="dim mono">{attempt.endpoint}</span>
            {attempt.error && (
              <span>
                <strong className="stop mono">{attempt.error.code}</strong> {attempt.error.message}
              </span>
            )}
          </button>
        </li>
      ))}
    </ol>
  );
}
