import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '../../../app/commands.ts';

interface Zooming {
  readonly closer: () => void;
  readonly wider: () => void;
  readonly fit: () => void;
}

/** Zooming as commands: out, in, fit; in this order, also for the buttons. */
export function useZoomCommands(zooming: Zooming): readonly Command[] {
  const { t } = useTranslation();
  const latest = useRef(zooming);
  useEffect(() => {
    latest.current = zooming;
  });
  const commands = useMemo<readonly Command[]>(() => {
    const group = t('run.views.waterfall');
    return [
      { id: 'zoom-out', group, title: t('run.zoomOut'), keys: '-', run: () => latest.current.wider() },
      { id: 'zoom-in', group, title: t('run.zoomIn'), keys: '+', run: () => latest.current.closer() },
      { id: 'zoom-fit', group, title: t('run.zoomFit'), keys: '0', run: () => latest.current.fit() },
    ];
  }, [t]);
  useCommands(commands);
  return commands;
}
