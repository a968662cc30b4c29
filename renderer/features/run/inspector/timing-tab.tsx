import { useTranslation } from 'react-i18next';
import type { AttemptSpan, Span } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { StreamNote } from './stream-note.tsx';
import { timelineOf } from './timeline.ts';
import './timing-tab.css';

interface TimingTabProps {
  readonly span: Span;
  readonly attempts: readonly AttemptSpan[];
}

export function TimingTab({ span, attempts }: TimingTabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="inspector-tab" tabIndex={0}>
      <table className="timing">
        <thead>
          <tr>
            <th scope="col">{t('timing.moment')}</th>
            <th scope="col">{t('timing.inRun')}</th>
            <th scope="col">{t('timing.inSpan')}</th>
            <th scope="col">{t('timing.step')}</th>
          </tr>
        </thead>
        <tbody>
          {timelineOf(span, attempts).map(({ moment, at, step, attempt }, index) => (
            <tr key={index}>
              <th scope="row">
                {t(`timing.moments.${moment}`)}
                {attempt !== undefined && attempts.length > 1 && <span className="dim"> #{attempt}</span>}
              </th>
              <td>{format.duration(at)}</td>
              <td>{format.duration(at - span.startedAt)}</td>
              <td className="dim">{index > 0 && `+${format.duration(step)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {span.kind === 'call' && <StreamNote call={span} />}
      {span.status === 'running' && <p className="chat-note">{t('timing.running')}</p>}
    </div>
  );
}
