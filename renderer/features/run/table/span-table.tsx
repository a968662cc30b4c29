import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import type { AttemptSpan, RunState, Span } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { DataGrid, type Column } from '../../../widgets/data-grid.tsx';
import { Status } from '../../../widgets/status.tsx';
import { costOf } from '../call-cost.ts';
import { CallMarks } from '../call-marks.tsx';
import { attemptsByCall, instanceOf, targetOf } from '../span-label.ts';
import type { Selection } from '../use-selection.ts';
import './span-table.css';

interface SpanTableProps {
  readonly state: RunState;
  readonly selection: Selection;
}

const NONE = '—';

/** Every span of the run as a row: what the waterfall shows, in figures. */
export function SpanTable({ state, selection }: SpanTableProps) {
  const { t } = useTranslation();
  const spans = useMemo(() => [...state.spans.values()], [state.spans]);
  const attempts = useMemo(() => attemptsByCall(state.spans), [state.spans]);
  const columns = useSpanColumns(attempts);
  return (
    <DataGrid
      label={t('run.views.table')}
      columns={columns}
      rows={spans}
      keyOf={(span) => span.id}
      active={selection.span}
      onActive={(id) => selection.select(id as Span['id'])}
      onOpen={(span) => selection.open(span.id)}
    />
  );
}

const NO_ATTEMPTS: readonly AttemptSpan[] = [];

/** Who did the work: an instance, or a server of tools. */
function placeOf(span: Span, attempts: readonly AttemptSpan[]): string | undefined {
  switch (span.kind) {
    case 'call':
      return instanceOf(span, attempts) ?? targetOf(span);
    case 'attempt':
      return span.instance;
    case 'mcp':
      return span.server;
    case 'reported':
      return span.service;
    case 'agent':
      return undefined;
  }
}

function useSpanColumns(attempts: ReadonlyMap<SpanId, readonly AttemptSpan[]>): readonly Column<Span>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const figure = (text: string, estimated: boolean | undefined) =>
      estimated ? <span title={t('facts.estimated')}>{format.estimate(text, true)}</span> : text;
    const tokens = (span: Span, way: 'input' | 'output') =>
      span.kind === 'call' && span.usage
        ? figure(format.tokens(span.usage[way]), span.usage.estimated)
        : NONE;
    const firstToken = (span: Span) =>
      span.kind === 'call' || span.kind === 'attempt' ? span.firstTokenAt : undefined;
    return [
      { id: 'kind', title: t('table.kind'), track: '64px', cell: (span) => t(`run.kinds.${span.kind}`) },
      {
        id: 'name',
        title: t('table.name'),
        track: 'minmax(144px, 1fr)',
        cell: (span) => (
          <span className="span-name">
            <span className="ellipsis">
              {span.kind === 'attempt' ? t('run.attempt', { attempt: span.attempt }) : span.name}
            </span>
            <CallMarks span={span} />
          </span>
        ),
      },
      {
        id: 'where',
        title: t('table.instance'),
        track: 'minmax(72px, 128px)',
        from: 560,
        cell: (span) => placeOf(span, attempts.get(span.id) ?? NO_ATTEMPTS) ?? NONE,
      },
      {
        id: 'status',
        title: t('runs.status'),
        track: '104px',
        cell: (span) => <Status status={span.status} />,
      },
      {
        id: 'start',
        title: t('table.start'),
        track: '72px',
        align: 'end',
        from: 640,
        cell: (span) => format.duration(span.startedAt),
      },
      {
        id: 'duration',
        title: t('runs.duration'),
        track: '72px',
        align: 'end',
        cell: (span) => (span.endedAt === undefined ? NONE : format.duration(span.endedAt - span.startedAt)),
      },
      {
        id: 'first',
        title: t('table.firstToken'),
        track: '88px',
        align: 'end',
        from: 744,
        cell: (span) => {
          const at = firstToken(span);
          return at === undefined ? NONE : format.duration(at - span.startedAt);
        },
      },
      {
        id: 'input',
        title: t('table.input'),
        track: '64px',
        align: 'end',
        from: 980,
        cell: (span) => tokens(span, 'input'),
      },
      {
        id: 'output',
        title: t('table.output'),
        track: '64px',
        align: 'end',
        from: 980,
        cell: (span) => tokens(span, 'output'),
      },
      {
        id: 'cost',
        title: t('runs.cost'),
        track: '80px',
        align: 'end',
        from: 1080,
        cell: (span) =>
          (span.kind === 'call' && costOf(span, format, t) && (
            <span title={span.usage?.estimated && t('facts.estimated')}>{costOf(span, format, t)}</span>
          )) ||
          NONE,
      },
      {
        id: 'error',
        title: t('table.error'),
        track: 'minmax(80px, 144px)',
        from: 1200,
        cell: (span) => span.error && <span className="stop">{span.error.code}</span>,
      },
    ];
  }, [t, format, attempts]);
}
