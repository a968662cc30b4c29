import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../format/use-format.ts';
import { Status } from '../../../widgets/status.tsx';
import { rowWords } from '../span-label.ts';
import type { Hit } from './hit-test.ts';
import { fallbacksOf, segmentsOf } from './layout.ts';

/** A span in a few words and its segments in figures; the one under the pointer stands out. */
export function SpanTooltip({ hit: { row, segment, fallback } }: { readonly hit: Hit }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { span, detail } = row;
  const segments = span.endedAt === undefined ? [] : segmentsOf(row, span.endedAt);
  return (
    <div className="tip">
      <p className="tip-title">
        {t(`run.kinds.${span.kind}`)} {rowWords(row).join(' · ')}
        {detail?.kind === 'attempt' && detail.hedge && ` · ${t('run.hedge')}`}
      </p>
      <Status status={span.status} />
      {detail?.error && <p className="stop">{detail.error.message}</p>}
      <dl>
        {segments
          .filter(({ kind }) => kind !== 'agent')
          .map(({ kind, from, to }) => (
            <div key={from} style={{ display: 'contents' }}>
              <dt className={segment?.from === from ? 'current' : undefined}>
                <span className={`legend-key seg-${kind}`} />
                {t(`run.segments.${kind}`)}
              </dt>
              <dd>{format.duration(to - from)}</dd>
            </div>
          ))}
        {span.endedAt !== undefined && (
          <div style={{ display: 'contents' }}>
            <dt>{t('run.total')}</dt>
            <dd>{format.duration(span.endedAt - span.startedAt)}</dd>
          </div>
        )}
      </dl>
      {fallbacksOf(row).map((mark) => (
        <p key={mark.at} className={mark === fallback ? 'tip-fallback current' : 'tip-fallback'}>
          <span className="legend-key mark-fallback" />
          <span>
            → {mark.to.kind === 'answer' ? t('run.preset') : mark.to.name}:{' '}
            {t(`decision.because.${mark.because}`)}
          </span>
        </p>
      ))}
    </div>
  );
}
