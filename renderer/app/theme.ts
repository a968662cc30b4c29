import { useSyncExternalStore } from 'react';
import { useApp } from '../stores/app-store.ts';
import type { ThemeChoice } from '../stores/preferences.ts';

const systemIsLight = matchMedia('(prefers-color-scheme: light)');

function subscribe(listener: () => void): () => void {
  systemIsLight.addEventListener('change', listener);
  return () => systemIsLight.removeEventListener('change', listener);
}

export function themeOf(choice: ThemeChoice): 'dark' | 'light' {
  return choice === 'system' ? (systemIsLight.matches ? 'light' : 'dark') : choice;
}

/** The theme in effect; follows the system where that was chosen. */
export function useTheme(): 'dark' | 'light' {
  const choice = useApp((app) => app.preferences.theme);
  return useSyncExternalStore(subscribe, () => themeOf(choice));
}
