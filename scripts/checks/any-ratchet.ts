import { isTest, parseSource, sourceFiles, walk } from '../syntax.ts';

/** How many `any` the sources may hold. It only goes down: lower it whenever the count is below. */
export const ALLOWED_ANY = 0;

/** Every `any` type (annotation, assertion, type argument) in the sources, tests aside. */
export function findAny(): readonly string[] {
  return sourceFiles()
    .filter((path) => !isTest(path))
    .flatMap((path) => anyIn(path));
}

export function anyIn(path: string): readonly string[] {
  const source = parseSource(path);
  const places: string[] = [];
  walk(source.tree, (node) => {
    if (node.type === 'TsKeywordType' && node['kind'] === 'any')
      places.push(`${path}:${source.lineOf(node)}`);
  });
  return places;
}
