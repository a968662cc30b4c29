/** `/collections/{collection}/query`, as it is asked for and as it is recognised. */
export interface PathTemplate {
  readonly source: string;
  /** Whether a path is one of these. */
  matches(path: string): boolean;
  /** The path with these values; throws where one is missing. */
  with(values: Readonly<Record<string, string>>): string;
}

const PLACE = /\{(\w+)\}/g;

/** In each place stands one segment, encoded; a slash at the end makes no difference. */
export function pathTemplate(source: string): PathTemplate {
  const literal = source.replace(/\/$/, '').replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(`^${literal.replaceAll(PLACE, '[^/]+')}/?$`);
  return {
    source,
    matches: (path) => pattern.test(path),
    with: (values) =>
      source.replaceAll(PLACE, (_, name: string) => {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value === undefined || value === '') throw new Error(`${source} needs a value for ${name}`);
        return encodeURIComponent(value);
      }),
  };
}
