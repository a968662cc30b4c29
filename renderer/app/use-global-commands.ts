import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useOpenSample } from '../features/connect/use-open-sample.ts';
import { useApp } from '../stores/app-store.ts';
import type { Language, ThemeChoice } from '../stores/preferences.ts';
import { useCommands, type Command } from './commands.ts';
import { navigate } from './router.ts';

const THEMES: readonly ThemeChoice[] = ['system', 'dark', 'light'];
const LANGUAGES: readonly Language[] = ['en', 'zh'];
const PAGES = [
  ['connect', 'g c'],
  ['runs', 'g r'],
  ['services', 'g v'],
  ['performance', 'g p'],
  ['settings', 'g s'],
] as const;

/** The commands that every page has. */
export function useGlobalCommands(show: (overlay: 'palette' | 'shortcuts' | 'import') => void): void {
  const { t } = useTranslation();
  const choose = useApp((app) => app.choose);
  const openSample = useOpenSample();
  const commands = useMemo<readonly Command[]>(() => {
    const go = t('palette.go');
    const window = t('palette.window');
    return [
      ...PAGES.map(([page, keys]) => ({
        id: `go-${page}`,
        group: go,
        title: t(`nav.${page}`),
        keys,
        run: () => navigate({ page }),
      })),
      { id: 'sample', group: go, title: t('connect.sample.open'), run: () => void openSample() },
      { id: 'import', group: go, title: t('importing.open'), keys: 'g i', run: () => show('import') },
      { id: 'palette', group: window, title: t('palette.title'), keys: 'mod+k', run: () => show('palette') },
      {
        id: 'shortcuts',
        group: window,
        title: t('shortcuts.title'),
        keys: '?',
        run: () => show('shortcuts'),
      },
      ...THEMES.map((theme) => ({
        id: `theme-${theme}`,
        group: window,
        title: `${t('settings.theme')}: ${t(`settings.themes.${theme}`)}`,
        run: () => choose({ theme }),
      })),
      ...LANGUAGES.map((language) => ({
        id: `language-${language}`,
        group: window,
        title: `${t('settings.language')}: ${t(`settings.languages.${language}`)}`,
        run: () => choose({ language }),
      })),
    ];
  }, [t, choose, openSample, show]);
  useCommands(commands);
}
