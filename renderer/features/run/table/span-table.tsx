import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import type { AttemptSpan, Span } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { useSpanDetails } from '../../../stores/run-context.tsx';
import { attemptsIn, ordinalIn, spanRow, type ShownRun, type SpanRow } from '../../../stores/shown-run.ts';
import { DataGrid, type Column, type RowSource, type SortOrder } from '../../../widgets/data-grid.tsx';
import { Status } from '../../../widgets/status.tsx';
import { costOf } from '../call-cost.ts';
import { CallMarks } from '../call-marks.tsx';
import { instanceOf, targetOf } from '../span-label.ts';
import type { Selection } from '../use-selection.ts';
import { SORTS, sortSpans, type SortBy } from './sort-spans.ts';
import './span-table.css';

interface SpanTableProps {
  readonly view: ShownRun;
  readonly selection: Selection;
}

/** A span, and what was read of it. */
interface TableRow {
  readonly span: SpanRow;
  readonly detail: Span | undefined;
  readonly attempts: readonly AttemptSpan[];
}

const NONE = '—';

/** Every span of the run as a row: what the waterfall shows, in figures. */
export function SpanTable({ view, selection }: SpanTableProps) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<SortOrder>();
  const [shown, setShown] = useState({ from: 0, to: 0 });
  const ordinals = useMemo(
    () => order && sortSpans(view, order.column as SortBy, order.descending),
    [view, order],
  );
  const at = useCallback((index: number) => ordinals?.[index] ?? index, [ordinals]);
  const wanted = Array.from(
    { length: Math.max(0, Math.min(shown.to, view.spans) - shown.from) },
    (_, place) => at(shown.from + place),
  ).flatMap((ordinal) => [ordinal, ...attemptsIn(view, ordinal)]);
  const detailOf = useSpanDetails(view, wanted);
  const rows = useMemo(
    (): RowSource<TableRow> => ({
      length: view.spans,
      at: (index) => tableRow(view, at(index), detailOf),
      indexOf: (id) => {
        const ordinal = ordinalIn(view, id as SpanId);
        return ordinals && ordinal >= 0 ? ordinals.indexOf(ordinal) : ordinal;
      },
    }),
    [view, at, ordinals, detailOf],
  );
  return (
    <DataGrid
      label={t('run.views.table')}
      columns={useSpanColumns()}
      rows={rows}
      keyOf={({ span }) => span.id}
      active={selection.span}
      onActive={(id) => selection.select(id as SpanId)}
      onOpen={({ span }) => selection.open(span.id)}
      onShown={useCallback((from: number, to: number) => setShown({ from, to }), [])}
      order={order}
      onSort={(column) => setOrder((before) => nextOrder(before, column))}
    />
  );
}

/** One way, the other way, then as they came. */
function nextOrder(before: SortOrder | undefined, column: string): SortOrder | undefined {
  if (before?.column !== column) return { column, descending: false };
  return before.descending ? undefined : { column, descending: true };
}

function tableRow(
  view: ShownRun,
  ordinal: number,
  detailOf: (ordinal: number) => Span | undefined,
): TableRow {
  const attempts = attemptsIn(view, ordinal).map(detailOf);
  return {
    span: spanRow(view, ordinal),
    detail: detailOf(ordinal),
    attempts: attempts.filter((one) => one?.kind === 'attempt'),
  };
}

/** Who did the work: an instance, or a server of tools. */
function placeOf({ span, detail, attempts }: TableRow): string | undefined {
  if (detail?.kind === 'call') return instanceOf(detail, attempts) ?? targetOf(detail);
  if (detail?.kind === 'reported') return detail.service;
  return span.label || undefined;
}

function isSort(id: string): id is SortBy {
  return SORTS.some((one) => one === id);
}

function useSpanColumns(): readonly Column<TableRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const figure = (text: string, estimated: boolean | undefined) =>
      estimated ? <span title={t('facts.estimated')}>{format.estimate(text, true)}</span> : text;
    const tokens = ({ span, detail }: TableRow, way: 'input' | 'output') => {
      if (span.kind !== 'call') return NONE;
      if (detail?.kind === 'call')
        return detail.usage ? figure(format.tokens(detail.usage[way]), detail.usage.estimated) : NONE;
      return format.tokens(way === 'input' ? span.inputTokens : span.outputTokens);
    };
    const firstToken = (detail: Span | undefined) =>
      detail?.kind === 'call' || detail?.kind === 'attempt' ? detail.firstTokenAt : undefined;
    const columns: readonly Column<TableRow>[] = [
      { id: 'kind', title: t('table.kind'), track: '64px', cell: ({ span }) => t(`run.kinds.${span.kind}`) },
      {
        id: 'name',
        title: t('table.name'),
        track: 'minmax(144px, 1fr)',
        cell: ({ span, detail }) => (
          <span className="span-name">
            <span className="ellipsis">
              {detail?.kind === 'attempt' ? t('run.attempt', { attempt: detail.attempt }) : span.name}
            </span>
            {detail && <CallMarks span={detail} />}
          </span>
        ),
      },
      {
        id: 'where',
        title: t('table.instance'),
        track: 'minmax(72px, 128px)',
        from: 560,
        cell: (row) => placeOf(row) ?? NONE,
      },
      {
        id: 'status',
        title: t('runs.status'),
        track: '104px',
        cell: ({ span }) => <Status status={span.status} />,
      },
      {
        id: 'start',
        title: t('table.start'),
        track: '72px',
        align: 'end',
        from: 640,
        cell: ({ span }) => format.duration(span.startedAt),
      },
      {
        id: 'duration',
        title: t('runs.duration'),
        track: '72px',
        align: 'end',
        cell: ({ span }) =>
          span.endedAt === undefined ? NONE : format.duration(span.endedAt - span.startedAt),
      },
      {
        id: 'first',
        title: t('table.firstToken'),
        track: '88px',
        align: 'end',
        from: 744,
        cell: ({ span, detail }) => {
          const at = firstToken(detail);
          return at === undefined ? NONE : format.duration(at - span.startedAt);
        },
      },
      {
        id: 'input',
        title: t('table.input'),
        track: '64px',
        align: 'end',
        from: 980,
        cell: (row) => tokens(row, 'input'),
      },
      {
        id: 'output',
        title: t('table.output'),
        track: '64px',
        align: 'end',
        from: 980,
        cell: (row) => tokens(row, 'output'),
      },
      {
        id: 'cost',
        title: t('runs.cost'),
        track: '80px',
        align: 'end',
        from: 1080,
        cell: ({ span, detail }) => {
          if (detail?.kind !== 'call') return Number.isNaN(span.cost) ? NONE : format.cost(span.cost);
          const cost = costOf(detail, format, t);
          return cost ? <span title={detail.usage?.estimated && t('facts.estimated')}>{cost}</span> : NONE;
        },
      },
      {
        id: 'error',
        title: t('table.error'),
        track: 'minmax(80px, 144px)',
        from: 1200,
        cell: ({ detail }) => detail?.error && <span className="stop">{detail.error.code}</span>,
      },
    ];
    return columns.map((column) => ({ ...column, sorts: isSort(column.id) }));
  }, [t, format]);
}
