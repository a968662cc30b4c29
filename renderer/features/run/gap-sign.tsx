import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { routeHash } from '../../app/router.ts';
import type { ShownRun } from '../../stores/shown-run.ts';
import { Sign } from '../../widgets/sign.tsx';
import { useLog } from './log/use-log.ts';
import './gap-sign.css';

/** Says that something of a run could not be recorded; why is in its log, to which it leads. */
export function GapSign({ view }: { readonly view: ShownRun }) {
  return view.run.gaps === undefined ? null : <Gaps view={view} gaps={view.run.gaps} />;
}

function Gaps({ view, gaps }: { readonly view: ShownRun; readonly gaps: number }) {
  const { t } = useTranslation();
  const { lines } = useLog(view, { follows: true, where: "stream == 'journal'" });
  return (
    <a
      className="gap-sign"
      href={routeHash({ page: 'run', run: view.run.id, view: 'log' })}
      title={lines.map(({ text }) => text).join('\n')}
    >
      <Sign Icon={Unplug} tone="caution">
        {t('run.gaps', { count: gaps })}
      </Sign>
    </a>
  );
}
