import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '../../app/commands.ts';
import { showView } from './use-selection.ts';

export function useRunCommands(toggleInspector: () => void): void {
  const { t } = useTranslation();
  const latest = useRef(toggleInspector);
  useEffect(() => {
    latest.current = toggleInspector;
  });
  useCommands(
    useMemo<readonly Command[]>(() => {
      const group = t('run.group');
      const views = ['waterfall', 'log', 'table', 'flame'] as const;
      return [
        ...views.map((view, index) => ({
          id: `view-${view}`,
          group,
          title: t(`run.views.${view}`),
          keys: String(index + 1),
          run: () => showView(view),
        })),
        { id: 'inspector', group, title: t('run.inspector.toggle'), keys: 'i', run: () => latest.current() },
      ];
    }, [t]),
  );
}
