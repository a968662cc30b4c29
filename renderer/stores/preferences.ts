export type ThemeChoice = 'system' | 'dark' | 'light';
export type Language = 'en' | 'zh';

/** What the user chose; kept in localStorage. */
export interface Preferences {
  readonly theme: ThemeChoice;
  readonly language: Language;
  /** CSS pixels. */
  readonly inspectorWidth: number;
}

const KEY = 'signalbox.preferences';

export function loadPreferences(
  storage: Pick<Storage, 'getItem'>,
  languages: readonly string[],
): Preferences {
  const fallback: Preferences = {
    theme: 'system',
    language: languages[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en',
    inspectorWidth: 460,
  };
  try {
    const saved: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    if (typeof saved !== 'object' || saved === null) return fallback;
    const { theme, language, inspectorWidth } = saved as Partial<Record<keyof Preferences, unknown>>;
    return {
      theme: theme === 'dark' || theme === 'light' ? theme : 'system',
      language: language === 'en' || language === 'zh' ? language : fallback.language,
      inspectorWidth: typeof inspectorWidth === 'number' ? inspectorWidth : fallback.inspectorWidth,
    };
  } catch {
    // Storage that cannot be read, or holds something else, costs the preferences and nothing more.
    return fallback;
  }
}

export function savePreferences(storage: Pick<Storage, 'setItem'>, preferences: Preferences): void {
  try {
    storage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A full or forbidden storage must not keep anyone from changing the theme.
  }
}
