/** Where a page of hits ends: the key of its last event and, where the best come first, its rank. */
export interface SearchCursor {
  readonly key: number;
  readonly rank?: number;
}

export function writeSearchCursor({ key, rank }: SearchCursor): string {
  return rank === undefined ? `${key}` : `${key}:${rank}`;
}

/** Nothing where the text is no cursor. */
export function readSearchCursor(text: string): SearchCursor | undefined {
  const [, key, rank] = /^(\d{1,16})(?::(-?\d[\d.e+-]*))?$/.exec(text) ?? [];
  if (key === undefined) return undefined;
  return { key: Number(key), ...(rank !== undefined && { rank: Number(rank) }) };
}
