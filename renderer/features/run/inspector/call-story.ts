import type { Nanos } from '../../../../core/base/units.ts';
import type { CallSpan, Fallback, Route, Wait } from '../../../../core/journal/run-state.ts';

/** One thing that was decided about a call, or happened to it between two decisions. */
export type Step =
  | {
      readonly kind: 'route';
      readonly at: Nanos;
      readonly route: Route;
      /** Whether a failure made it necessary that no decision before it has told. */
      readonly afterFailure: boolean;
    }
  | { readonly kind: 'wait'; readonly at: Nanos; readonly wait: Wait }
  | { readonly kind: 'fallback'; readonly at: Nanos; readonly fallback: Fallback };

/** A decision that found somebody is what all others at the same moment led to. */
const ORDER = { refused: 0, wait: 1, fallback: 2, chosen: 3 } as const;

/** The way of a call through the scheduler, in the order of time. */
export function storyOf({ routes, waits, fallbacks }: CallSpan): readonly Step[] {
  const steps: Step[] = [
    ...tellRoutes(routes),
    ...waits.map((wait) => ({ kind: 'wait', at: wait.at, wait }) as const),
    ...fallbacks.map((fallback) => ({ kind: 'fallback', at: fallback.at, fallback }) as const),
  ];
  return steps.toSorted((one, other) => one.at - other.at || orderOf(one) - orderOf(other));
}

function tellRoutes(routes: readonly Route[]): readonly Step[] {
  let told = 0;
  return routes.map((route) => {
    // An attempt is numbered when somebody takes it: without one, all that are numbered have failed.
    const failed = route.pick.chosen === undefined ? route.attempt : route.attempt - 1;
    // A hedge is sent because nothing has come yet, whatever failed before.
    const afterFailure = route.after !== undefined && !route.hedge && failed > told;
    if (afterFailure) told = failed;
    return { kind: 'route', at: route.at, route, afterFailure };
  });
}

function orderOf(step: Step): number {
  if (step.kind !== 'route') return ORDER[step.kind];
  return step.route.pick.chosen === undefined ? ORDER.refused : ORDER.chosen;
}
