import { bridgeFetch, httpFetch, type ApiFetch } from '../../core/api/client.ts';

const TOKEN_KEY = 'signalbox.token';

/** What the window needs of a page's surroundings to find its host. */
export interface Surroundings {
  readonly signalbox?: Window['signalbox'];
  readonly location: Pick<Location, 'origin' | 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>;
}

/**
 * The way to the host: Electron's bridge, or HTTP with the control token that came in the address' fragment
 * (a fragment is never sent to a server). `undefined` where no token is known.
 */
export function openCarrier(page: Surroundings): ApiFetch | undefined {
  if (page.signalbox) return bridgeFetch(page.signalbox);
  const { token, hash } = takeToken(page.location.hash);
  if (token) {
    page.sessionStorage.setItem(TOKEN_KEY, token);
    page.history.replaceState(undefined, '', `${page.location.pathname}${page.location.search}${hash}`);
  }
  const known = token ?? page.sessionStorage.getItem(TOKEN_KEY);
  return known ? httpFetch(page.location.origin, known) : undefined;
}

/** Splits `#token=XYZ` or `#/runs/ID?span=S&token=XYZ` into the token and the fragment without it. */
export function takeToken(hash: string): { readonly token: string | undefined; readonly hash: string } {
  const text = hash.replace(/^#/, '');
  const queryAt = text.startsWith('/') ? text.indexOf('?') : -1;
  const path = text.startsWith('/') ? (queryAt < 0 ? text : text.slice(0, queryAt)) : '';
  const query = text.startsWith('/') ? (queryAt < 0 ? '' : text.slice(queryAt + 1)) : text;
  const fields = new URLSearchParams(query);
  const token = fields.get('token') || undefined;
  fields.delete('token');
  const rest = fields.size > 0 && path ? `?${fields}` : '';
  return { token, hash: path ? `#${path}${rest}` : '' };
}
