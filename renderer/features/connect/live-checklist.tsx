import { Circle, CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { routeHash } from '../../app/router.ts';
import { useRun } from '../../stores/run-context.tsx';
import { checkList, type Checklist, type Step } from './checklist.ts';
import './live-checklist.css';

const STEPS: readonly Step[] = ['request', 'model', 'tool'];
const NOTHING = checkList([]);

export function EmptyChecklist() {
  return <Steps list={NOTHING} />;
}

/** Follows the newest run of a real agent; mounted inside that run's provider. */
export function LiveChecklist({ run }: { readonly run: string }) {
  const { t } = useTranslation();
  const { request, model, tool, error } = useRun(
    useShallow(({ state }) => {
      const list = checkList(state?.spans.values() ?? []);
      return { ...list.steps, error: list.error };
    }),
  );
  const name = useRun(({ state }) => state?.run.name ?? run);
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
