import type { Field } from '../../core/query/fields.ts';

/** What may be typed on, or what is meant as a whole. */
export interface Suggestion {
  /** What is in the field once it is chosen. */
  readonly text: string;
  /** A field, by its name; of an operator or a value there is nothing to be said. */
  readonly field?: string;
  /** A condition that can be used as it is. */
  readonly isWhole: boolean;
}

type Fields = Readonly<Record<string, Field>>;

const COMPARISONS = ['==', '!=', '>', '>=', '<', '<='] as const;
const EQUALITIES = ['==', '!='] as const;
const MOST = 50;
/** Back from now: an hour, a day, a week. */
const AGES_MS = [3_600_000, 86_400_000, 7 * 86_400_000] as const;

const WORD = /^\s*(\w*)$/;
const NAME_AND_OPERATOR = /^\s*(\w+)\s*([=!<>]{0,2})$/;
const COMPARISON = /^\s*(\w+)\s*(==|!=|>=|<=|>|<)\s*(.*)$/s;

/** How what was typed could go on: a field, then what it is compared by, then what with. `now` in Unix milliseconds. */
export function suggest(draft: string, fields: Fields, now: number): readonly Suggestion[] {
  const [, word] = WORD.exec(draft) ?? [];
  if (word !== undefined && !fields[word]) return fieldsLike(word, fields);
  const [, name = '', begun = ''] = NAME_AND_OPERATOR.exec(draft) ?? [];
  const known = fields[name];
  // Of `>` it is not known yet whether it is to be `>=`.
  if (known && !['==', '!=', '>=', '<='].includes(begun)) return operatorsFor(name, begun, known);
  const [, compared = '', operator = '', value = ''] = COMPARISON.exec(draft) ?? [];
  const field = fields[compared];
  return field ? valuesFor(`${compared} ${operator}`, value, field, now) : [];
}

/**
 * What was typed as a condition: a text gets its quotes and a fraction its point; words that are no expression are looked for
 * in `searched`.
 */
export function conditionOf(draft: string, fields: Fields, searched: string): string {
  const typed = draft.trim();
  const [, name = '', operator = '', value = ''] = COMPARISON.exec(typed) ?? [];
  const type = fields[name]?.type;
  if (type === 'string' && /^[^"'()&|?]+$/.test(value)) return `${name} ${operator} ${quoted(value)}`;
  if (type === 'double' && /^-?\d+$/.test(value)) return `${name} ${operator} ${value}.0`;
  return /^[\p{L}\p{N}\s._/:@-]+$/u.test(typed) ? `${searched}.contains(${quoted(typed)})` : typed;
}

/** Those that begin with the word come before those that only have it somewhere. */
function fieldsLike(word: string, fields: Fields): readonly Suggestion[] {
  const wanted = word.toLowerCase();
  const places = Object.keys(fields).map((name) => ({ name, at: name.toLowerCase().indexOf(wanted) }));
  return places
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => Math.sign(one.at) - Math.sign(other.at))
    .map(({ name }) => ({ text: `${name} `, field: name, isWhole: false }));
}

function operatorsFor(name: string, begun: string, { type, values }: Field): readonly Suggestion[] {
  if (type === 'dyn') return [];
  const operators = type === 'string' ? EQUALITIES : COMPARISONS;
  const compared = operators
    .filter((operator) => operator.startsWith(begun))
    .map((operator) => ({ text: `${name} ${operator} `, isWhole: false }));
  const isFreeText = type === 'string' && !values && begun === '';
  return isFreeText ? [...compared, { text: `${name}.contains("`, isWhole: false }] : compared;
}

function valuesFor(left: string, begun: string, { type, values }: Field, now: number): readonly Suggestion[] {
  const written =
    type === 'google.protobuf.Timestamp'
      ? AGES_MS.map((age) => `timestamp(${quoted(new Date(now - age).toISOString())})`)
      : (values ?? []).map(quoted);
  const wanted = begun.replaceAll(/["']/g, '').toLowerCase();
  return written
    .filter((value) => value.toLowerCase().includes(wanted))
    .slice(0, MOST)
    .map((value) => ({ text: `${left} ${value}`, isWhole: true }));
}

/** A string literal of CEL; those of JSON are among them. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
