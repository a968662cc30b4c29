import type { Random } from '../base/random.ts';
import type { Candidate, Candidates, Choice, PickContext, Picker } from './picker.ts';

type Terms = Readonly<Record<string, number>>;

/** One outcome of a decision. */
export interface Draw {
  /** Among the eligible. */
  readonly index: number;
  /** Moves the state on: a cursor. Not called for a retry, which takes nobody's turn. */
  readonly settle?: () => void;
  /** Recorded beside the decision's own inputs. */
  readonly inputs?: Choice['inputs'];
}

/** How to choose among the eligible; `shareOf` is the exact chance that `draw` gives that index. */
export interface Preference {
  draw(random: Random): Draw;
  shareOf(index: number): number;
}

export interface Decision extends Preference {
  /** What the strategy looked at, for one of the eligible; finite numbers only. */
  terms(index: number): Terms;
  readonly inputs?: Choice['inputs'];
}

/**
 * A strategy as a distribution, before anything is drawn from it: so every pick can state its exact probability, and
 * an exploring pick knows what it departed from. `eligible` is never empty, and has the order of `candidates`.
 */
export type Policy = (
  eligible: readonly Candidate[],
  candidates: Candidates,
  context: PickContext,
) => Decision;

/** Has a policy choose, and its state follow what was chosen. */
export function toPicker(policy: Policy): Picker {
  return {
    choose(candidates, context) {
      const eligible = candidates.filter((candidate) => !candidate.rejected);
      const terms = new Map<string, Terms>();
      if (eligible.length === 0) return { probability: 0, terms, inputs: {} };
      const decision = policy(eligible, candidates, context);
      for (let index = 0; index < eligible.length; index++) {
        terms.set(eligible[index]!.instance, decision.terms(index));
      }
      const drawn = decision.draw(context.random);
      const probability = decision.shareOf(drawn.index);
      if (drawn.settle && !isRetry(candidates)) drawn.settle();
      const inputs = { ...decision.inputs, ...drawn.inputs };
      return { chosen: eligible[drawn.index]!.instance, probability, terms, inputs };
    },
  };
}

/** Whether this call has been tried elsewhere before. */
export function isRetry(candidates: Candidates): boolean {
  return candidates.some((candidate) => candidate.rejected?.reason === 'already-tried');
}

/** The decision of a policy that is asked about some of the eligible only; the others have no chance. */
export function decideAmong(
  indices: readonly number[],
  policy: Policy,
  [eligible, candidates, context]: Parameters<Policy>,
): Decision {
  const decision = policy(
    indices.map((index) => eligible[index]!),
    candidates,
    context,
  );
  const places = new Map(indices.map((index, place) => [index, place]));
  return {
    draw(random) {
      const drawn = decision.draw(random);
      return { ...drawn, index: indices[drawn.index]! };
    },
    shareOf(index) {
      const place = places.get(index);
      return place === undefined ? 0 : decision.shareOf(place);
    },
    terms(index) {
      const place = places.get(index);
      return place === undefined ? {} : decision.terms(place);
    },
    ...(decision.inputs && { inputs: decision.inputs }),
  };
}
