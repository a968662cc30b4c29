import { z } from 'zod';
import { unreachable } from '../../base/result.ts';
import { EXPLORATION, explorationOption } from '../exploration.ts';
import { maglev, MAGLEV_TABLE_SIZES } from '../hashing/maglev.ts';
import { rebuiltOnChange, type Algorithm } from '../hashing/placement.ts';
import { rendezvous } from '../hashing/rendezvous.ts';
import { ring } from '../hashing/ring.ts';
import { hashOf } from '../hashing/unit.ts';
import type { Candidate, Candidates } from '../picker.ts';
import type { Policy } from '../policy.ts';
import { certain } from '../selection.ts';

export const consistentHashOptions = z.strictObject({
  algorithm: z
    .enum(['rendezvous', 'ring', 'maglev'])
    .default('rendezvous')
    .describe(
      '`rendezvous` moves the fewest keys; the others take the same time however many instances there are.',
    ),
  bounded: z
    .boolean()
    .default(true)
    .describe('Whether a busy instance passes calls on, although they then find no cached prompt.'),
  loadFactor: z
    .number()
    .min(1)
    .max(10)
    .default(1.25)
    .describe('With `bounded`: how many times the mean of attempts in flight an instance may have.'),
  pointsPerInstance: z
    .int()
    .min(160)
    .max(4096)
    .default(160)
    .describe('With `ring`: points for an instance of weight 1; more of them give evener shares.'),
  tableSize: z
    .literal(MAGLEV_TABLE_SIZES)
    .default(65_537)
    .describe('With `maglev`: slots in the table, a hundred for each instance or more.'),
  exploration: explorationOption.default(EXPLORATION),
});

type Options = z.output<typeof consistentHashOptions>;

/**
 * Calls with the same affinity go to the same instance, for as long as it is there and not over its bound; bounded as
 * by Mirrokni, Thorup and Zadimoghaddam (2018). The rejected keep their place, so that one that is back gets its own
 * keys again and no others have moved in between.
 */
export function consistentHash(options: Options): Policy {
  const placementOf = rebuiltOnChange(algorithmOf(options));
  return (eligible, candidates, { affinity }) => {
    const key = hashOf(affinity);
    const placement = placementOf(
      candidates.map(({ instance, signals }) => ({ instance, weight: signals.weight })),
    );
    const places = placesOf(candidates);
    const members = candidates.flatMap((candidate, member) => (candidate.rejected ? [] : [member]));
    const capOf = options.bounded ? caps(eligible, options.loadFactor) : () => Infinity;
    const isFree = ({ signals }: Candidate) => signals.outstanding + 1 <= capOf(signals.weight);
    const home = placement.place(key, (member) => places[member]! >= 0);
    const chosen = placement.place(key, (member) => places[member]! >= 0 && isFree(candidates[member]!));
    // Only an instance that got no slot of a table smaller than its pool has no place.
    const index = chosen === undefined ? Math.max(eligible.findIndex(isFree), 0) : places[chosen]!;
    return {
      ...certain(index),
      terms: (asked) => {
        const candidate = eligible[asked]!;
        const member = members[asked]!;
        const { outstanding, weight } = candidate.signals;
        return {
          home: member === home ? 1 : 0,
          outstanding,
          weight,
          ...(options.bounded && { cap: capOf(weight) }),
          ...(placement.scoreOf && { score: placement.scoreOf(key, member) }),
        };
      },
    };
  };
}

function algorithmOf({ algorithm, pointsPerInstance, tableSize }: Options): Algorithm {
  switch (algorithm) {
    case 'rendezvous':
      return rendezvous;
    case 'ring':
      return ring(pointsPerInstance);
    case 'maglev':
      return maglev(tableSize);
    default:
      return unreachable(algorithm);
  }
}

/** For each candidate its place among the eligible, or -1. */
function placesOf(candidates: Candidates): readonly number[] {
  let next = 0;
  return candidates.map((candidate) => (candidate.rejected ? -1 : next++));
}

/**
 * The most attempts in flight that an instance of a weight may have, the new one included: its share of all of them
 * times the factor, rounded up. The caps together are more than there is to place, so somebody always has room.
 */
function caps(eligible: readonly Candidate[], factor: number): (weight: number) => number {
  let inFlight = 1;
  let weights = 0;
  for (const { signals } of eligible) {
    inFlight += signals.outstanding;
    weights += signals.weight;
  }
  return (weight) => Math.ceil((factor * inFlight * weight) / weights);
}
