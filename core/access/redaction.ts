import type { EventSink } from '../journal/recorder.ts';

/** Shorter values are no secrets that anybody relies on, and replacing them would garble ordinary text. */
const SHORTEST_SECRET = 12;

/** Keys of the shapes that providers give out, and bearer credentials; matched wherever they appear. */
const SECRET_SHAPES = /\bsk-[A-Za-z0-9_-]{20,}|\b(?:Bearer|bearer)\s+[A-Za-z0-9._~+/-]{20,}=*/g;

const MARK = '[redacted]';

/** Knows the secrets seen so far and takes them, and whatever has a secret's shape, out of what is recorded. */
export interface Redactor {
  /** Remembers an exact value; short ones are ignored. */
  learn(secret: string): void;
  text(text: string): string;
  /** The same object where there was nothing to take out. */
  bytes(bytes: Uint8Array): Uint8Array;
  value<Value>(value: Value): Value;
}

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const text = (given: string): string => {
    let clean = given;
    for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, MARK);
    return clean.replace(SECRET_SHAPES, MARK);
  };
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, value(inner)]));
  };
  return {
    learn(secret) {
      if (secret.length >= SHORTEST_SECRET) secrets.add(secret);
    },
    text,
    bytes(bytes) {
      const before = new TextDecoder().decode(bytes);
      const after = text(before);
      return after === before ? bytes : new TextEncoder().encode(after);
    },
    value: <Value>(given: Value) => value(given) as Value,
  };
}

/** Passes everything on without the secrets: they are gone before an event exists. */
export function redactingSink(sink: EventSink, redactor: Redactor): EventSink {
  return {
    append: (event) => sink.append({ ...event, data: redactor.value(event.data) } as typeof event),
    keepBody: (body) => sink.keepBody(redactor.bytes(body)),
  };
}
