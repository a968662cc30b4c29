/** Reading JSON of which nothing is known: what is missing or of another type is simply not there. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined` where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

/** JSON nested deeper than this can be parsed, but neither walked nor written: it would end the stack before it ends. */
const DEEPEST = 500;

/** The value as JSON; empty where there is no value, or it is nested too deeply to be written. */
export function jsonText(value: unknown): string {
  return value === undefined || isTooDeep(value) ? '' : JSON.stringify(value);
}

/** Whether there are more objects and lists in each other than can be walked. */
export function isTooDeep(value: unknown, limit = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => isTooDeep(inner, limit - 1));
}

export function objectAt(value: unknown, key: string): JsonObject | undefined {
  const found = fieldAt(value, key);
  return isObject(found) ? found : undefined;
}

/** Empty where there is no list. */
export function listAt(value: unknown, key: string): readonly unknown[] {
  const found = fieldAt(value, key);
  return Array.isArray(found) ? found : [];
}

/** Empty where there is no text. */
export function textAt(value: unknown, key: string): string {
  const found = fieldAt(value, key);
  return typeof found === 'string' ? found : '';
}

/** A finite number from 0 on: what tokens, indices and statuses are. */
export function countAt(value: unknown, key: string): number | undefined {
  const found = fieldAt(value, key);
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined;
}

/** `undefined` for what is absent and for null, which mean the same in these APIs. */
export function fieldAt(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
}
