/** Where a page ends: a run by its place in the order of starts, and a row of it. */
export interface Cursor {
  readonly startedAt: number;
  readonly key: number;
  /** Its ordinal or `seq`; -1 for the run itself. */
  readonly place: number;
}

export function writeCursor({ startedAt, key, place }: Cursor): string {
  return `${startedAt}.${key}.${place}`;
}

/** Nothing where the text is no cursor. */
export function readCursor(text: string): Cursor | undefined {
  if (!/^\d{1,15}\.\d{1,15}\.(-1|\d{1,15})$/.test(text)) return undefined;
  const [startedAt, key, place] = text.split('.').map(Number);
  return { startedAt: startedAt!, key: key!, place: place! };
}
