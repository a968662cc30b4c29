import { QUERY_TARGETS, type QueryTarget } from '../../core/query/fields.ts';

export type ThemeChoice = 'system' | 'dark' | 'light';
export type Language = 'en' | 'zh';

/** What the user chose; kept in localStorage. */
export interface Preferences {
  readonly theme: ThemeChoice;
  readonly language: Language;
  /** CSS pixels. */
  readonly inspectorWidth: number;
  readonly filters: readonly SavedFilter[];
}

/** An expression in CEL over the rows of one kind. */
export interface SavedFilter {
  readonly target: QueryTarget;
  readonly where: string;
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
    filters: [],
  };
  try {
    const saved: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    if (typeof saved !== 'object' || saved === null) return fallback;
    const { theme, language, inspectorWidth, filters } = saved as Partial<Record<keyof Preferences, unknown>>;
    return {
      theme: theme === 'dark' || theme === 'light' ? theme : 'system',
      language: language === 'en' || language === 'zh' ? language : fallback.language,
      inspectorWidth: typeof inspectorWidth === 'number' ? inspectorWidth : fallback.inspectorWidth,
      filters: Array.isArray(filters) ? filters.filter(isFilter) : [],
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

function isFilter(value: unknown): value is SavedFilter {
  if (typeof value !== 'object' || value === null) return false;
  const { target, where } = value as Partial<Record<keyof SavedFilter, unknown>>;
  return (QUERY_TARGETS as readonly unknown[]).includes(target) && typeof where === 'string';
}
