import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import type { AttemptSpan, CallSpan, RunSummary, Span } from '../../../../core/journal/run-state.ts';
import type { SpanDetail } from '../../../../core/api/contract.ts';
import type { SpanReport } from '../../../../core/journal/span-report.ts';
import { useApp } from '../../../stores/app-store.ts';
import { spanRow, type ShownRun } from '../../../stores/shown-run.ts';
import { Resizer } from '../../../widgets/resizer.tsx';
import { Status } from '../../../widgets/status.tsx';
import { Tabs } from '../../../widgets/tabs.tsx';
import { CallMarks } from '../call-marks.tsx';
import { rowWords } from '../span-label.ts';
import type { Selection } from '../use-selection.ts';
import { AskedBackTab } from './asked-back-tab.tsx';
import { AttemptsTab } from './attempts-tab.tsx';
import { AttributesTab } from './attributes-tab.tsx';
import { BodyTab } from './body-tab.tsx';
import { CodeView } from './code-view.tsx';
import { DecisionTab } from './decision-tab.tsx';
import type { BodyDialect } from './read-body.ts';
import { dialectOfAttempt, dialectOfCall } from './span-dialect.ts';
import { FactsTab } from './facts-tab.tsx';
import { TimingTab } from './timing-tab.tsx';
import { useSpanDetail } from './use-span-detail.ts';
import './inspector.css';

interface InspectorProps {
  readonly view: ShownRun;
  readonly ordinal: number;
  readonly selection: Selection;
  readonly onClose: () => void;
}

type TabId =
  'response' | 'request' | 'asked-back' | 'attributes' | 'decision' | 'attempts' | 'timing' | 'facts' | 'raw';

const TABS: Readonly<Record<Span['kind'], readonly TabId[]>> = {
  call: ['response', 'request', 'decision', 'attempts', 'timing', 'facts', 'raw'],
  attempt: ['facts', 'response', 'decision', 'timing', 'raw'],
  mcp: ['response', 'request', 'asked-back', 'timing', 'facts', 'raw'],
  reported: ['facts', 'attributes', 'response', 'request', 'timing', 'raw'],
  agent: ['facts', 'timing', 'raw'],
};
const NARROWEST = 300;
const WIDEST = 960;

/** Everything that is known about one span; a drawer at the right. */
export function Inspector({ view, ordinal, selection, onClose }: InspectorProps) {
  const { t } = useTranslation();
  const panel = useRef<HTMLElement>(null);
  const width = useApp((app) => app.preferences.inspectorWidth);
  const choose = useApp((app) => app.choose);
  const [wanted, setWanted] = useState<TabId>('response');
  const { detail, problem } = useSpanDetail(view, ordinal);
  const row = spanRow(view, ordinal);
  const span = detail?.span;
  const attempts = (detail?.related ?? []).filter((other) => other.kind === 'attempt');
  return (
    <aside ref={panel} className="inspector" aria-label={t('run.inspector.title')} style={{ width }}>
      <Resizer
        label={t('run.inspector.resize')}
        width={width}
        min={NARROWEST}
        max={WIDEST}
        onResize={(inspectorWidth) => choose({ inspectorWidth })}
      />
      <header className="inspector-head">
        <div className="inspector-title">
          <h2>
            <span className="dim">{t(`run.kinds.${row.kind}`)}</span>{' '}
            {rowWords({ span: row, detail: span, attempts }).join(' → ')}
          </h2>
          <Status status={row.status} />
          {span && <CallMarks span={span} />}
        </div>
        <button type="button" className="icon-button" aria-label={t('run.inspector.close')} onClick={onClose}>
          <X size={16} aria-hidden />
        </button>
      </header>
      {span?.error && (
        <div className="inspector-error">
          <p>
            <strong className="stop mono">{span.error.code}</strong>
            {span.error.status !== undefined && <span className="dim"> HTTP {span.error.status}</span>}
          </p>
          <p>{span.error.message}</p>
        </div>
      )}
      {problem && (
        <p className="inspector-error stop" role="alert">
          {problem}
        </p>
      )}
      {detail && (
        <InspectorTabs
          detail={detail}
          attempts={attempts}
          run={view.run}
          wanted={wanted}
          onWant={setWanted}
          onOpen={selection.open}
        />
      )}
    </aside>
  );
}

interface InspectorTabsProps {
  readonly detail: SpanDetail;
  readonly attempts: readonly AttemptSpan[];
  readonly run: RunSummary;
  readonly wanted: TabId;
  readonly onWant: (tab: TabId) => void;
  readonly onOpen: (span: SpanId) => void;
}

function InspectorTabs({ detail, attempts, run, wanted, onWant, onOpen }: InspectorTabsProps) {
  const { t } = useTranslation();
  const { span, related } = detail;
  const askedBack = span.kind === 'mcp' ? related.filter((other) => other.kind === 'mcp') : [];
  const tabs = TABS[span.kind].filter((id) => id !== 'asked-back' || askedBack.length > 0);
  const tab = tabs.includes(wanted) ? wanted : tabs[0]!;
  const call = span.kind === 'call' ? span : related.find((other) => other.kind === 'call');
  const dialect = dialectOf(span, call);
  return (
    <Tabs
      label={t('run.inspector.title')}
      className="inspector-tabs"
      tabs={tabs.map((id) => ({ id, title: t(`run.inspector.tabs.${id}`) }))}
      selected={tab}
      onSelect={onWant}
    >
      {tab === 'response' && (
        <BodyTab
          key={span.id}
          kind="response"
          dialect={dialect}
          body={detail.response}
          loading={false}
          running={span.status === 'running'}
        />
      )}
      {tab === 'request' && (
        <BodyTab
          key={span.id}
          kind="request"
          dialect={dialect}
          body={detail.request}
          loading={false}
          running={false}
        />
      )}
      {tab === 'decision' && call && (
        <DecisionTab call={call} {...(span.kind === 'attempt' && { attempt: span.attempt })} />
      )}
      {tab === 'asked-back' && <AskedBackTab requests={askedBack} onOpen={onOpen} />}
      {tab === 'attributes' && <AttributesTab report={reportOf(detail)} related={related} onOpen={onOpen} />}
      {tab === 'attempts' && <AttemptsTab attempts={attempts} onOpen={onOpen} />}
      {tab === 'timing' && <TimingTab span={span} attempts={attempts} />}
      {tab === 'facts' && <FactsTab span={span} run={run} related={related} onOpen={onOpen} />}
      {tab === 'raw' && (
        <CodeView text={JSON.stringify(detail.events, undefined, 2)} label={t('run.inspector.tabs.raw')} />
      )}
    </Tabs>
  );
}

function dialectOf(span: Span, call: CallSpan | undefined): BodyDialect | undefined {
  if (span.kind === 'mcp' || span.kind === 'reported') return span.kind;
  if (!call) return undefined;
  return span.kind === 'attempt' ? dialectOfAttempt(span, call) : dialectOfCall(call);
}

/** Of several reports of a span, the one that it was taken from. */
function reportOf({ span, events }: SpanDetail): SpanReport | undefined {
  const event = events.find(({ seq }) => span.kind === 'reported' && seq === span.seq);
  return event?.type === 'span-reported' ? event.data : undefined;
}
