import { useSyncExternalStore } from 'react';

export type RunView = 'waterfall' | 'log' | 'table';

/** The one selection that every view shares; it lives in the address, so that any place can be linked. */
export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'connect' }
  /** `where`: only those for which this expression holds. */
  | { readonly page: 'runs'; readonly where?: string }
  | { readonly page: 'services' }
  | { readonly page: 'performance' }
  | { readonly page: 'settings' }
  | { readonly page: 'run'; readonly run: string; readonly span?: string; readonly view: RunView };

const PAGES = ['connect', 'services', 'performance', 'settings'] as const;

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page, run] = path.split('/');
  if (PAGES.some((known) => known === page)) return { page: page as (typeof PAGES)[number] };
  if (page !== 'runs') return { page: 'home' };
  const fields = new URLSearchParams(query);
  if (!run) {
    const where = fields.get('where');
    return { page: 'runs', ...(where && { where }) };
  }
  const span = fields.get('span');
  const view = fields.get('view');
  return {
    page: 'run',
    run,
    ...(span && { span }),
    view: view === 'log' || view === 'table' ? view : 'waterfall',
  };
}

export function routeHash(route: Route): string {
  if (route.page === 'home') return '#/';
  const fields = new URLSearchParams();
  if (route.page === 'runs') {
    if (route.where) fields.set('where', route.where);
    return `#/runs${fields.size > 0 ? `?${fields}` : ''}`;
  }
  if (route.page !== 'run') return `#/${route.page}`;
  if (route.view !== 'waterfall') fields.set('view', route.view);
  if (route.span) fields.set('span', route.span);
  return `#/runs/${route.run}${fields.size > 0 ? `?${fields}` : ''}`;
}

/** A new place in the history: the browser's Back returns from it. */
export function navigate(route: Route): void {
  location.hash = routeHash(route);
}

/** The same place, looked at differently: Back does not step through every selected row. */
export function amend(route: Route): void {
  history.replaceState(undefined, '', routeHash(route));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

let known: { readonly hash: string; readonly route: Route } = { hash: '', route: { page: 'home' } };

/** The route of the address; the same object for as long as the address stays. */
export function currentRoute(): Route {
  if (known.hash !== location.hash) known = { hash: location.hash, route: parseRoute(location.hash) };
  return known.route;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}
