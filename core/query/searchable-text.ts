import { readSse } from '../dialects/sse/read-sse.ts';
import { isObject, isTooDeep, parseJson } from '../dialects/json-access.ts';

/** What people would search for in a body, or in a part of one: of JSON what its strings say, of a stream what its pieces are together. */
export function searchableText(body: string): string {
  if (/^\s*(?:event|data|id|retry|):/.test(body)) return textOfStream(body);
  return /^[\s,]*[[\]{}"]/.test(body) ? textOfJson(body) : body;
}

/** Parts end between two members or elements, so that a string is always whole. */
function textOfJson(text: string): string {
  const strings: string[] = [];
  for (const [, string, colon] of text.matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?/gs)) {
    if (colon !== undefined || !string) continue;
    strings.push(string.includes('\\') ? unescaped(string) : string);
  }
  return strings.join('\n');
}

function unescaped(string: string): string {
  const value = parseJson(`"${string}"`);
  return typeof value === 'string' ? value : string;
}

/** Strings at the same place of one event after the other belong together; what is the same in each is there once. */
function textOfStream(body: string): string {
  const texts = new Map<string, { text: string; last: string }>();
  const add = (path: string, value: string) => {
    const known = texts.get(path);
    if (!known) texts.set(path, { text: value, last: value });
    else if (known.last !== value || path.endsWith('delta') || path.includes('delta.')) {
      known.text += value;
      known.last = value;
    }
  };
  const reader = readSse({
    event(_name, data) {
      const event = parseJson(data);
      if (isObject(event) && !isTooDeep(event)) walk(event, '', add);
    },
    errorField() {},
    tooLarge() {},
  });
  reader.feed(new TextEncoder().encode(body));
  reader.end();
  return Array.from(texts.values(), ({ text }) => text).join('\n');
}

function walk(value: unknown, path: string, add: (path: string, value: string) => void): void {
  if (typeof value === 'string') add(path, value);
  else if (Array.isArray(value)) for (const one of value) walk(one, path, add);
  else if (isObject(value)) {
    for (const [key, one] of Object.entries(value)) walk(one, `${path}.${key}`, add);
  }
}
