import { loadOf, mostOutstanding } from '../metrics/load.ts';
import type { Survey } from '../policy.ts';
import { indicesOf, lowest, oneOf } from '../selection.ts';

/** The fewest attempts in flight for its weight, the new one included: (outstanding + 1) / weight. Ties at random. */
export function leastConnections(): Survey {
  return (eligible) => {
    const costs = eligible.map(({ signals }) => (signals.outstanding + 1) / signals.weight);
    return {
      ...oneOf(lowest(indicesOf(eligible), (index) => costs[index]!)),
      terms: (index) => {
        const { outstanding, weight } = eligible[index]!.signals;
        return { outstanding, weight, cost: costs[index]! };
      },
    };
  };
}

/** The smallest share of its capacity in use; see `loadOf`. Ties at random. */
export function leastLoaded(): Survey {
  return (eligible) => {
    const busiest = mostOutstanding(eligible);
    const loads = eligible.map(({ signals }) => loadOf(signals, busiest));
    return {
      ...oneOf(lowest(indicesOf(eligible), (index) => loads[index]!)),
      terms: (index) => {
        const { outstanding, capacity } = eligible[index]!.signals;
        return { outstanding, ...(capacity !== undefined && { capacity }), load: loads[index]! };
      },
    };
  };
}
