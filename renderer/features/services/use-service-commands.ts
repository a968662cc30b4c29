import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { useCommands, type Command } from '../../app/commands.ts';
import { useApp } from '../../stores/app-store.ts';
import { changesOf, type Change } from './changes.ts';

/** Everything that can be done on the page, in the palette; offered anew only when what can be done has changed. */
export function useServiceCommands(onChange: (change: Change) => void, onAdd: () => void): void {
  const { t } = useTranslation();
  const latest = useRef({ onChange, onAdd });
  useEffect(() => {
    latest.current = { onChange, onAdd };
  });
  const possible = useApp(
    useShallow(({ host }) =>
      (host?.instances ?? []).flatMap((instance) =>
        changesOf(instance).map(({ verb }) => `${verb} ${instance.name}`),
      ),
    ),
  );
  useCommands(
    useMemo<readonly Command[]>(() => {
      const group = t('nav.services');
      return [
        {
          id: 'add-instance',
          group,
          title: t('services.add.title'),
          keys: 'a',
          run: () => latest.current.onAdd(),
        },
        ...possible.map((text) => {
          const [verb, name] = text.split(' ') as [Exclude<Change, { id: string }>['verb'], string];
          return {
            id: text,
            group,
            title: `${t(`services.verbs.${verb}`)} ${name}`,
            run: () => latest.current.onChange({ verb, name }),
          };
        }),
      ];
    }, [t, possible]),
  );
}
