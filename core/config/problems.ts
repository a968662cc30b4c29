import type { UnknownKey } from './from-toml.ts';
import { keyPlaces, type FoundPlace } from './key-places.ts';
import { snakeCase } from './snake-case.ts';
import { isTable, type Table } from './table.ts';
import { noSuchKey } from './words.ts';

export interface ConfigText {
  readonly file: string;
  readonly text: string;
}

/** What is wrong with a configuration, and where. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1; absent where the problem has no place in the text. */
  readonly line?: number;
  readonly column?: number;
  /** Path of the key, as TOML has it: `groups.assistant.tiers[0].pools`. */
  readonly key?: string;
  readonly message: string;
}

/** What a check has to say about a key; the path is as the schema has it, with numbers for elements of arrays. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export function formatConfigProblem(problem: ConfigProblem): string {
  const place =
    problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  return `${place}: ${problem.key === undefined ? '' : `${problem.key}: `}${problem.message}`;
}

/**
 * Gives findings their places. Of several texts that is the one where most of the path is written, the first of equals;
 * `table` is what they make together.
 */
export function locateIn(texts: readonly ConfigText[], table: Table): (finding: Finding) => ConfigProblem {
  const sources = texts.map(({ file, text }) => ({ file, find: keyPlaces(text) }));
  return ({ path, message }) => {
    const written = asWritten(table, path);
    let best: { file: string; place?: FoundPlace } = { file: sources[0]!.file };
    for (const { file, find } of sources) {
      const place = find(written.map(String));
      if (place && place.depth > (best.place?.depth ?? 0)) best = { file, place };
    }
    const { file, place } = best;
    const key = formatPath(written);
    return { file, ...(place && { line: place.line, column: place.column }), key, message };
  };
}

export function fromUnknownKey({ path, known }: UnknownKey): Finding {
  return { path, message: noSuchKey(String(path.at(-1)), known) };
}

/** Keys as the file has them, where it has them; names are the same in both. */
function asWritten(table: Table, path: readonly PropertyKey[]): readonly (string | number)[] {
  let here: unknown = table;
  return path.map((part) => {
    if (typeof part === 'number') {
      here = Array.isArray(here) ? here[part] : undefined;
      return part;
    }
    const key = String(part);
    const written = isTable(here) && Object.hasOwn(here, key) ? key : snakeCase(key);
    here = isTable(here) && Object.hasOwn(here, written) ? here[written] : undefined;
    return written;
  });
}

function formatPath(path: readonly (string | number)[]): string {
  const parts = path.map((part) => {
    if (typeof part === 'number') return `[${part}]`;
    return `.${/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part)}`;
  });
  return parts.join('').replace(/^\./, '');
}
