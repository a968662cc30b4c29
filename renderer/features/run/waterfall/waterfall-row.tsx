import { ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import { useFormat } from '../../../format/use-format.ts';
import { instanceOf, rowWords, targetOf } from '../span-label.ts';
import type { Row } from './rows.ts';

interface WaterfallRowProps {
  readonly id: string;
  readonly start: number;
  readonly row: Row;
  readonly selected: boolean;
  readonly onOpen: (span: SpanId) => void;
  readonly onToggle: (row: Row) => void;
}

/** The label of a line of the waterfall, and, for those who do not see the chart, its times in words. */
export const WaterfallRow = memo(function WaterfallRow(props: WaterfallRowProps) {
  const { id, start, row, selected, onOpen, onToggle } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const { index, span, detail, level, expanded } = row;
  const status = t(`status.${span.status}`);
  const hedge = detail?.kind === 'attempt' && detail.hedge ? [t('run.hedge')] : [];
  const name = [t(`run.kinds.${span.kind}`), ...rowWords(row), ...hedge, status].join(' ');
  const from = t('run.startsAt', { time: format.duration(span.startedAt) });
  const took = span.endedAt === undefined ? status : format.duration(span.endedAt - span.startedAt);
  return (
    <div
      id={id}
      role="row"
      aria-label={name}
      aria-level={level}
      aria-rowindex={index + 2}
      aria-expanded={expanded}
      aria-selected={selected}
      className={`waterfall-row waterfall-${span.kind}${index % 2 ? ' zebra' : ''}`}
      style={{ transform: `translateY(${start}px)` }}
      onClick={() => onOpen(span.id)}
    >
      <div role="gridcell" className="waterfall-label" style={{ paddingLeft: 8 + (level - 1) * 14 }}>
        {expanded === undefined ? (
          <span className="waterfall-fold" />
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className="waterfall-fold"
            aria-label={expanded ? t('run.fold') : t('run.unfold')}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(row);
            }}
          >
            <ChevronRight size={14} aria-hidden />
          </button>
        )}
        <Label row={row} />
      </div>
      <div role="gridcell" className="sr-only">
        {from}, {took}
      </div>
    </div>
  );
});

function Label({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  const { span, detail, attempts } = row;
  const bad = span.status === 'error' ? ' stop' : '';
  if (span.kind === 'agent') {
    return (
      <span className="ellipsis" title={span.name}>
        <span className="dim">{t('run.kinds.agent')}</span> {span.name}
      </span>
    );
  }
  if (detail?.kind === 'attempt') {
    return (
      <span className={`ellipsis${bad}`}>
        {t('run.attempt', { attempt: detail.attempt })} <span className="mono">{detail.instance}</span>
        {detail.hedge && <span className="dim"> {t('run.hedge')}</span>}
      </span>
    );
  }
  if (span.kind === 'mcp') {
    return (
      <span className={`ellipsis${bad}`} title={rowWords(row).join(' ')}>
        {span.name}
        <span className="dim">
          {' '}
          {detail?.kind === 'mcp' && detail.from === 'server' ? '←' : '→'} {span.label}
        </span>
      </span>
    );
  }
  if (detail?.kind === 'reported') {
    return (
      <span className={`ellipsis${bad}`} title={span.name}>
        {span.name}
        {detail.service && <span className="dim"> · {detail.service}</span>}
      </span>
    );
  }
  const target = detail?.kind === 'call' ? targetOf(detail) : span.label;
  const instance = detail?.kind === 'call' ? instanceOf(detail, attempts) : undefined;
  return (
    <span className={`ellipsis${bad}`} title={rowWords(row).join(' ')}>
      {span.name}
      {target && target !== span.name && <span className="dim"> → {target}</span>}
      {instance && instance !== target && <span className="dim"> → {instance}</span>}
    </span>
  );
}
