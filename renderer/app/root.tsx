import { useEffect } from 'react';
import type { ApiFetch } from '../../core/api/client.ts';
import { useApp } from '../stores/app-store.ts';
import { ApiContext } from './api-context.ts';
import { switchLanguage } from './i18n.ts';
import { NoAccess } from './no-access.tsx';
import { Shell } from './shell.tsx';
import { useTheme } from './theme.ts';

export function Root({ api }: { readonly api: ApiFetch | undefined }) {
  const theme = useTheme();
  const language = useApp((app) => app.preferences.language);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => void switchLanguage(language), [language]);
  if (!api) return <NoAccess reason="no-token" />;
  return (
    <ApiContext value={api}>
      <Shell />
    </ApiContext>
  );
}
