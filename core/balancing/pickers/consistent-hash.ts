import { z } from 'zod';
import { unreachable } from '../../base/result.ts';
import { EXPLORATION, explorationOption } from '../exploration.ts';
import { maglev, MAGLEV_TABLE_SIZES } from '../hashing/maglev.ts';
import { rebuiltOnChange, type Algorithm } from '../hashing/placement.ts';
import { rendezvous } from '../hashing/rendezvous.ts';
import { ring } from '../hashing/ring.ts';
import { hashOf } from '../hashing/unit.ts';
import { nobody, type Policy } from '../policy.ts';
import { certain } from '../selection.ts';
import type { Slate } from '../slate.ts';

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

type Options = Omit<z.output<typeof consistentHashOptions>, 'exploration'>;

/**
 * Calls with the same affinity go to the same instance, for as long as it is there and not over its bound; bounded as
 * by Mirrokni, Thorup and Zadimoghaddam (2018). The rejected keep their place, so that one that is back gets its own
 * keys again and no others have moved in between.
 */
export function consistentHash(options: Options): Policy {
  const placementOf = rebuiltOnChange(algorithmOf(options));
  return (slate, { affinity }) => {
    const { eligible } = slate;
    const key = hashOf(affinity);
    const placement = placementOf(slate);
    const capOf = options.bounded ? caps(slate, options.loadFactor) : () => Infinity;
    const isEligible = (member: number) => !slate.at(member).rejected;
    const isFree = (member: number) => {
      const { outstanding, weight } = slate.at(member).signals;
      return outstanding + 1 <= capOf(weight);
    };
    const placed = placement.place(key, (member) => isEligible(member) && isFree(member));
    // Only an instance that got no slot of a table smaller than its pool has no place.
    const chosen = placed ?? eligible.find(isFree) ?? eligible[0];
    if (chosen === undefined) return nobody;
    let home: number | undefined;
    return {
      ...certain(chosen),
      terms: (member) => {
        home ??= placement.place(key, isEligible);
        const { outstanding, weight } = slate.at(member).signals;
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

/**
 * The most attempts in flight that an instance of a weight may have, the new one included: its share of all of them
 * times the factor, rounded up. The caps together are more than there is to place, so somebody always has room.
 */
function caps(slate: Slate, factor: number): (weight: number) => number {
  let inFlight = 1;
  let weights = 0;
  for (const index of slate.eligible) {
    const { outstanding, weight } = slate.at(index).signals;
    inFlight += outstanding;
    weights += weight;
  }
  return (weight) => Math.ceil((factor * inFlight * weight) / weights);
}
