import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { FIELDS, type QueryTarget } from '../../core/query/fields.ts';
import { useNow } from '../app/use-now.ts';
import { useApp } from '../stores/app-store.ts';
import { suggest, type Suggestion } from './suggestions.ts';

const MINUTE_MS = 60_000;

interface Offer {
  readonly suggestion: Suggestion;
  /** What a field is. */
  readonly note?: string;
  /** Of a filter that was saved: it takes the place of what is there. */
  readonly filter?: string;
}

/** What the field of a filter offers: where nothing is typed yet the saved filters first. */
export function useSuggestions(target: QueryTarget, draft: string, where: string): readonly Offer[] {
  const { t } = useTranslation();
  const saved = useApp((app) => app.preferences.filters);
  const now = useNow(MINUTE_MS);
  return useMemo(() => {
    const descriptions: Readonly<Record<string, string>> = t(`filter.fields.${target}`, {
      returnObjects: true,
    });
    const filters = saved.filter((filter) => filter.target === target && filter.where !== where);
    const kept = filters.map((filter) => ({
      suggestion: { text: filter.where, isWhole: true },
      filter: filter.where,
    }));
    const offers = suggest(draft, FIELDS[target], now).map((suggestion): Offer => {
      const note = suggestion.field === undefined ? undefined : descriptions[suggestion.field];
      return { suggestion, ...(note !== undefined && { note }) };
    });
    return draft.trim() === '' ? [...kept, ...offers] : offers;
  }, [t, target, draft, where, saved, now]);
}
