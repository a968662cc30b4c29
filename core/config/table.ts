/** A table of TOML, parsed. */
export type Table = Readonly<Record<string, unknown>>;

/** Neither an array nor a date, which TOML has too. */
export function isTable(value: unknown): value is Table {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
