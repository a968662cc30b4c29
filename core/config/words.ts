import { nearestName } from '../base/nearest-name.ts';

/** Longer lists say no more. */
const MOST_NAMES = 12;

/** `there is no pool "fats"; did you mean "fast"?`, or which there are where none is near. */
export function noSuchName(kind: string, name: string, known: Iterable<string>): string {
  return `there is no ${kind} "${name}"; ${didYouMean(name, known) ?? `known are ${listNames(known)}`}`;
}

export function noSuchKey(key: string, known: Iterable<string>): string {
  return `there is no such key; ${didYouMean(key, known) ?? `there are ${listNames(known)}`}`;
}

export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const nearest = nearestName(name, known);
  return nearest === undefined ? undefined : `did you mean "${nearest}"?`;
}

export function listNames(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return 'none';
  const listed = all.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  const more = all.length - listed.length;
  return more > 0 ? `${listed.join(', ')} and ${more} more` : listed.join(', ');
}
