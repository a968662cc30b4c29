import type { IncomingMessage } from 'node:http';
import { readAddress, type Address } from './address.ts';

/** What a request names. */
export interface Target {
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  readonly address: Address;
}

/** Targets that are remembered, and the longest that is; forgotten ones are read again. */
const KEPT = 256;
const LONGEST_KEPT = 256;

/**
 * Reads what a request names, below this server's origin; nothing where that is no place at all. Most requests name what
 * others have named before: each is read once.
 */
export function targetReader(origin: string): (request: Pick<IncomingMessage, 'url'>) => Target | undefined {
  const known = new Map<string, Target>();
  return ({ url = '/' }) => {
    const before = known.get(url);
    if (before) return before;
    // Two slashes at its beginning would name another host.
    const read = URL.parse(url.startsWith('/') ? `${origin}${url}` : url);
    if (!read) return undefined;
    const { pathname: path, search: query } = read;
    const target = { path, query, address: readAddress(path, origin) };
    if (url.length > LONGEST_KEPT) return target;
    if (known.size >= KEPT) known.clear();
    known.set(url, target);
    return target;
  };
}
