import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RunState } from '../../../core/journal/run-state.ts';
import { routeHash } from '../../app/router.ts';
import { Sign } from '../../widgets/sign.tsx';
import './gap-sign.css';

/** Says that something of a run could not be recorded; why is in its log, to which it leads. */
export function GapSign({ state: { run, logs } }: { readonly state: RunState }) {
  const { t } = useTranslation();
  if (run.gaps === undefined) return null;
  const reasons = logs.filter(({ stream }) => stream === 'journal').map(({ text }) => text);
  return (
    <a
      className="gap-sign"
      href={routeHash({ page: 'run', run: run.id, view: 'log' })}
      title={reasons.join('\n')}
    >
      <Sign Icon={Unplug} tone="caution">
        {t('run.gaps', { count: run.gaps })}
      </Sign>
    </a>
  );
}
