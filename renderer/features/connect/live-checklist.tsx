import { Circle, CircleCheck } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { KINDS, rowOf } from '../../../core/journal/columns/span-chunk.ts';
import { routeHash } from '../../app/router.ts';
import { useRun, useSpanDetails } from '../../stores/run-context.tsx';
import type { ShownRun } from '../../stores/shown-run.ts';
import { checkList, type Checklist, type Step } from './checklist.ts';
import './live-checklist.css';

const STEPS: readonly Step[] = ['request', 'model', 'tool'];
const NOTHING = checkList([]);

export function EmptyChecklist() {
  return <Steps list={NOTHING} />;
}

/** The first calls of a run and its newest are looked at: an agent that has come so far needs no list. */
const LOOKED_AT = 100;
const NO_CALLS: readonly number[] = [];

/** Follows the newest run of a real agent; mounted inside that run's provider. */
export function LiveChecklist({ run }: { readonly run: string }) {
  const { t } = useTranslation();
  const view = useRun((opened) => opened.view);
  const calls = useMemo(() => (view ? someCalls(view) : NO_CALLS), [view]);
  const detailOf = useSpanDetails(view, calls);
  const { steps, error } = checkList(calls.map(detailOf).filter((span) => span !== undefined));
  const name = view?.run.name ?? run;
  const { request, model, tool } = steps;
  return (
    <>
      <Steps list={{ steps: { request, model, tool }, error }} />
      {error && !model && (
        <p className="checklist-error">
          <strong className="stop">{error.code}</strong> {error.message}
        </p>
      )}
      <p>
        <a href={routeHash({ page: 'run', run, view: 'waterfall' })}>{t('connect.live.open', { name })}</a>
      </p>
    </>
  );
}

function someCalls({ columns, spans }: ShownRun): readonly number[] {
  const call = KINDS.indexOf('call');
  const calls: number[] = [];
  const look = (ordinal: number) => {
    if (columns.chunkOf(ordinal).kind[rowOf(ordinal)] === call) calls.push(ordinal);
  };
  let first = 0;
  for (; first < spans && calls.length < LOOKED_AT; first++) look(first);
  const early = calls.splice(0);
  for (let last = spans - 1; last >= first && calls.length < LOOKED_AT; last--) look(last);
  return [...early, ...calls.toReversed()];
}

function Steps({ list }: { readonly list: Checklist }) {
  const { t } = useTranslation();
  return (
    <>
      <h3>{t('connect.live.title')}</h3>
      <ol className="checklist" aria-live="polite">
        {STEPS.map((step) => (
          <li key={step} className={list.steps[step] ? 'checklist-done' : undefined}>
            {list.steps[step] ? <CircleCheck size={16} aria-hidden /> : <Circle size={16} aria-hidden />}
            <span>
              {t(`connect.live.${step}`)}
              <span className="sr-only">
                {' '}
                {list.steps[step] ? t('connect.live.done') : t('connect.live.waiting')}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
