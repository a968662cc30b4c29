import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openCarrier, takeToken } from './app/carrier.ts';
import { startTranslation } from './app/i18n.ts';
import { Root } from './app/root.tsx';
import { themeOf } from './app/theme.ts';
import { useApp } from './stores/app-store.ts';

const { theme, language } = useApp.getState().preferences;
// Before the first paint, so that no wrong theme flashes up.
document.documentElement.dataset['theme'] = themeOf(theme);
const api = openCarrier(window);
// A new address pasted over the old one differs only in its fragment: the browser alone would not load it.
addEventListener('hashchange', () => {
  if (takeToken(location.hash).token) location.reload();
});
await startTranslation(language);
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Root api={api} />
  </StrictMode>,
);
