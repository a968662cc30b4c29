/**
 * Where a key stands in a TOML text: the line of the key itself, else that of the nearest table above it. Reads
 * headers and `key =` lines only, which is enough to point a person at the place; the parser decides what is valid.
 *
 * @returns line and column from 1, or nothing where not even a table of the path is written.
 */
export function locateKey(
  text: string,
  path: readonly string[],
): { readonly line: number; readonly column: number } | undefined {
  let table: readonly string[] = [];
  let best: { line: number; column: number; depth: number } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[\[?\s*([^\]]+?)\s*\]/.exec(line);
    const assignment = header ? undefined : /^\s*([A-Za-z0-9_."' -]+?)\s*=/.exec(line);
    const keys = splitKey(header?.[1] ?? assignment?.[1]);
    if (header) table = keys;
    if (!header && !assignment) continue;
    const here = header ? table : [...table, ...keys];
    const wanted = path.filter((part) => !/^\d+$/.test(part));
    if (here.length > wanted.length || !here.every((part, depth) => part === wanted[depth])) continue;
    if (best && best.depth >= here.length) continue;
    best = { line: index + 1, column: line.search(/\S/) + 1, depth: here.length };
  }
  return best && { line: best.line, column: best.column };
}

function splitKey(key: string | undefined): readonly string[] {
  if (key === undefined) return [];
  return [...key.matchAll(/"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3]!,
  );
}
