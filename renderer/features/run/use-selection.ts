import { useMemo } from 'react';
import type { SpanId } from '../../../core/base/ids.ts';
import { amend, currentRoute, type Route, type RunView } from '../../app/router.ts';

export type RunRoute = Extract<Route, { page: 'run' }>;

/** The span that all views of a run share; it lives in the address. */
export interface Selection {
  readonly span: SpanId | undefined;
  readonly select: (span: SpanId) => void;
  /** Selects and shows the inspector. */
  readonly open: (span: SpanId) => void;
}

export function useSelection(route: RunRoute, showInspector: () => void): Selection {
  const span = route.span as SpanId | undefined;
  return useMemo(() => {
    const select = (wanted: SpanId) => change({ span: wanted });
    return {
      span,
      select,
      open: (wanted) => {
        select(wanted);
        showInspector();
      },
    };
  }, [span, showInspector]);
}

export function showView(view: RunView): void {
  change({ view });
}

function change(changes: Partial<Pick<RunRoute, 'span' | 'view'>>): void {
  const route = currentRoute();
  if (route.page === 'run') amend({ ...route, ...changes });
}
