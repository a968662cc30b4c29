import { Maximize, Minus, Network, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../../app/commands.ts';
import '../../../widgets/button.css';

const ZOOM_STEP = 1.3;

interface FlowToolsProps {
  readonly fit: () => void;
  readonly scaleBy: (factor: number) => void;
  /** Places all nodes anew. */
  readonly arrange: () => void;
  readonly isArranging: boolean;
}

/** What can be done with the picture, as buttons and as commands. */
export function FlowTools({ fit, scaleBy, arrange, isArranging }: FlowToolsProps) {
  const { t } = useTranslation();
  useCommands(
    useMemo(() => {
      const group = t('run.views.flow');
      return [
        { id: 'flow-fit', group, title: t('flow.fit'), keys: '0', run: fit },
        { id: 'flow-closer', group, title: t('flow.closer'), keys: '+', run: () => scaleBy(ZOOM_STEP) },
        { id: 'flow-farther', group, title: t('flow.farther'), keys: '-', run: () => scaleBy(1 / ZOOM_STEP) },
        { id: 'flow-arrange', group, title: t('flow.arrange'), run: arrange },
      ];
    }, [t, fit, scaleBy, arrange]),
  );
  return (
    <div className="flow-tools" role="toolbar" aria-label={t('flow.tools')}>
      <Tool
        title={t('flow.closer')}
        onClick={() => scaleBy(ZOOM_STEP)}
        icon={<Plus size={14} aria-hidden />}
      />
      <Tool
        title={t('flow.farther')}
        onClick={() => scaleBy(1 / ZOOM_STEP)}
        icon={<Minus size={14} aria-hidden />}
      />
      <Tool title={t('flow.fit')} onClick={fit} icon={<Maximize size={14} aria-hidden />} />
      <button type="button" className="button" disabled={isArranging} onClick={arrange}>
        <Network size={14} aria-hidden /> {t('flow.arrange')}
      </button>
    </div>
  );
}

interface ToolProps {
  readonly title: string;
  readonly onClick: () => void;
  readonly icon: React.ReactNode;
}

function Tool({ title, onClick, icon }: ToolProps) {
  return (
    <button type="button" className="icon-button" aria-label={title} title={title} onClick={onClick}>
      {icon}
    </button>
  );
}
