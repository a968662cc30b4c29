import { fail, ok, type Result } from '../base/result.ts';
import { isObject } from '../dialects/json-access.ts';

/** What a document amounts to in one respect; nothing where it does not say. */
export type Measure = (document: unknown) => number | undefined;

/** Nested lists are followed no deeper. */
const DEEPEST = 32;
/** Values looked at in one document: larger ones are not measured. */
const MOST_VALUES = 1_000_000;

const FORM = 'count PATH, distinct PATH, sum PATH or value PATH';

/**
 * `count ids.**`, `distinct **.metadata.filename,page_number`, `sum hits.*.size`, `value total`.
 *
 * A path goes from the whole document through the names of members. `*` stands for each element of a list or each member
 * of a table, `**` for all that lists within lists hold in the end. Names with commas are taken together. `value` alone is
 * a document that is a number. A path that leads nowhere is not zero, but unknown; an empty list is counted as 0.
 */
export function compileMeasure(source: string): Result<Measure, string> {
  const [, verb = '', path = ''] = /^(\w+)(?:\s+(\S+))?$/.exec(source.trim()) ?? [];
  const segments = path === '' ? [] : path.split('.');
  if (segments.includes('')) return fail(`a path has no empty names; ${FORM}`);
  switch (verb) {
    case 'count':
    case 'distinct':
      if (path === '') return fail(`${verb} needs a path`);
      return ok((document) => {
        const found = valuesAt(document, segments);
        return found && (verb === 'count' ? found.length : distinct(found));
      });
    case 'sum':
      if (path === '') return fail('sum needs a path');
      return ok((document) => {
        const found = valuesAt(document, segments)?.filter(isFigure);
        return found && found.length > 0 ? found.reduce((sum, value) => sum + value, 0) : undefined;
      });
    case 'value':
      return ok((document) => valuesAt(document, segments)?.find(isFigure));
    default:
      return fail(`not a measure; ${FORM}`);
  }
}

function distinct(values: readonly unknown[]): number | undefined {
  return values.length === 0 ? undefined : new Set(values.map((value) => JSON.stringify(value))).size;
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** All values that the path leads to; nothing where it leads nowhere. */
function valuesAt(document: unknown, segments: readonly string[]): readonly unknown[] | undefined {
  let values: readonly unknown[] = [document];
  for (const segment of segments) {
    let known = false;
    const next: unknown[] = [];
    for (const value of values) {
      const below = step(value, segment);
      if (!below) continue;
      known = true;
      for (const one of below) next.push(one);
      if (next.length > MOST_VALUES) return undefined;
    }
    if (!known) return undefined;
    values = next;
  }
  return values;
}

/** What one segment leads to from a value; nothing where there is no such way. */
function step(value: unknown, segment: string): readonly unknown[] | undefined {
  if (segment === '**') return Array.isArray(value) ? leaves(value) : undefined;
  if (segment === '*') {
    if (Array.isArray(value)) return value;
    return isObject(value) ? Object.values(value) : undefined;
  }
  if (!isObject(value)) return undefined;
  const names = segment.split(',');
  const members = names.flatMap((name) => (Object.hasOwn(value, name) ? [value[name] ?? null] : []));
  // `null` is how most services say that there is none.
  if (members.length < names.length || members.includes(null)) return undefined;
  return names.length === 1 ? members : [members];
}

function leaves(list: readonly unknown[], depth = 0): readonly unknown[] {
  return list.flatMap((value) =>
    Array.isArray(value) && depth < DEEPEST ? leaves(value, depth + 1) : [value],
  );
}
