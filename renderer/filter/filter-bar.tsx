import { Bookmark, ListFilter, X } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExpressionError } from '../../core/base/expression.ts';
import { FIELDS, type QueryTarget } from '../../core/query/fields.ts';
import { useApp } from '../stores/app-store.ts';
import '../widgets/button.css';
import { moveBy } from '../widgets/grid-keys.ts';
import { partsOf, whereOf } from './conjunction.ts';
import './filter-bar.css';
import { conditionOf } from './suggestions.ts';
import { useSuggestions } from './use-suggestions.ts';

/** Why rows could not be filtered; of a wrong expression with its place. */
export type FilterProblem = ExpressionError;

interface FilterBarProps {
  readonly target: QueryTarget;
  /** An expression in CEL; empty for everything. */
  readonly where: string;
  readonly onChange: (where: string) => void;
  /** The field in which words are looked for that are no expression. */
  readonly searched: string;
  readonly problem: FilterProblem | undefined;
}

/**
 * A filter as chips, each a condition that has to hold, and a field for the next one: it knows the fields, what they can
 * be compared by and with, and takes any other expression as it is.
 */
export function FilterBar({ target, where, onChange, searched, problem }: FilterBarProps) {
  const { t } = useTranslation();
  const base = useId();
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState('');
  const [active, setActive] = useState<number>();
  const [open, setOpen] = useState(false);
  const saved = useApp((app) => app.preferences.filters);
  const choose = useApp((app) => app.choose);
  const parts = partsOf(where);
  const suggestions = useSuggestions(target, draft, where);
  const shown = open && suggestions.length > 0;
  const isSaved = saved.some((filter) => filter.target === target && filter.where === where);

  const type = (text: string) => {
    setDraft(text);
    // Where something was typed, Enter takes what it most likely begins; a list that only opened waits for an arrow.
    setActive(text.trim() === '' ? undefined : 0);
    setOpen(true);
  };
  const change = (texts: readonly string[]) => onChange(whereOf(texts));
  const add = (condition: string) => {
    type('');
    setOpen(false);
    change([...parts.map(({ text }) => text), condition]);
  };
  const without = (index: number) => parts.map(({ text }) => text).toSpliced(index, 1);
  const edit = (index: number) => {
    type(parts[index]!.text);
    setActive(undefined);
    change(without(index));
    input.current?.focus();
  };
  const take = (index: number) => {
    const { suggestion, filter } = suggestions[index]!;
    if (filter !== undefined) {
      type('');
      setOpen(false);
      onChange(filter);
    } else if (suggestion.isWhole) add(suggestion.text);
    else type(suggestion.text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      if (shown && active !== undefined) take(active);
      else if (draft.trim() !== '') add(conditionOf(draft, FIELDS[target], searched));
    } else if (event.key === 'Escape' && shown) {
      event.preventDefault();
      setOpen(false);
    } else if (event.key === 'Backspace' && draft === '' && parts.length > 0) {
      event.preventDefault();
      edit(parts.length - 1);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const to = moveBy(event.key, shown ? (active ?? -1) : -1, suggestions.length, 1);
      setActive(to);
      document.getElementById(`${base}-${to}`)?.scrollIntoView({ block: 'nearest' });
    }
  };
  return (
    <div className="filter">
      <div className="filter-box" aria-invalid={problem !== undefined}>
        <ListFilter size={14} aria-hidden className="dim" />
        {parts.map(({ text, start }, index) => (
          <span key={start} className={isMeant(problem, start, text) ? 'filter-chip stop' : 'filter-chip'}>
            <button
              type="button"
              className="filter-text mono"
              title={t('filter.edit')}
              onClick={() => edit(index)}
            >
              {text}
            </button>
            <button
              type="button"
              className="filter-remove"
              aria-label={t('filter.remove', { condition: text })}
              onClick={() => {
                change(without(index));
                input.current?.focus();
              }}
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={`filter-${target}`}
          role="combobox"
          aria-label={t('filter.label')}
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={shown ? `${base}-list` : undefined}
          aria-activedescendant={shown && active !== undefined ? `${base}-${active}` : undefined}
          aria-describedby={problem ? `${base}-problem` : undefined}
          className="filter-input"
          placeholder={parts.length === 0 ? t('filter.placeholder') : ''}
          spellCheck={false}
          autoComplete="off"
          value={draft}
          onChange={({ target: { value } }) => type(value)}
          onClick={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        {where !== '' && (
          <button
            type="button"
            className="icon-button filter-save"
            aria-pressed={isSaved}
            aria-label={t(isSaved ? 'filter.forget' : 'filter.save')}
            title={t(isSaved ? 'filter.forget' : 'filter.save')}
            onClick={() =>
              choose({
                filters: isSaved
                  ? saved.filter((filter) => filter.target !== target || filter.where !== where)
                  : [...saved, { target, where }],
              })
            }
          >
            <Bookmark size={14} aria-hidden fill={isSaved ? 'currentColor' : 'none'} />
          </button>
        )}
      </div>
      {shown && (
        <ul
          id={`${base}-list`}
          role="listbox"
          aria-label={t('filter.suggestions')}
          className="filter-list"
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
        >
          {suggestions.map(({ suggestion, note, filter }, index) => (
            <li
              key={suggestion.text}
              id={`${base}-${index}`}
              role="option"
              aria-selected={index === active}
              className="filter-option"
              onPointerMove={() => setActive(index)}
              onClick={() => take(index)}
            >
              {filter !== undefined && <Bookmark size={12} aria-hidden />}
              <span className="mono ellipsis">{suggestion.text}</span>
              {note !== undefined && <span className="dim ellipsis">{note}</span>}
            </li>
          ))}
        </ul>
      )}
      {problem && (
        <p id={`${base}-problem`} className="filter-problem stop" role="alert">
          {problem.message}
        </p>
      )}
    </div>
  );
}

/** Whether what is wrong begins in this part. */
function isMeant(problem: FilterProblem | undefined, start: number, text: string): boolean {
  const at = problem?.range?.start;
  return at !== undefined && at >= start && at < start + text.length;
}
