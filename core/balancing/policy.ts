import type { Random } from '../base/random.ts';
import type { Candidate, Candidates, Choice, Explanation, PickContext, Picker } from './picker.ts';
import { Slate } from './slate.ts';

type Terms = Readonly<Record<string, number>>;
type Inputs = Explanation['inputs'];

/** One outcome of a decision. */
export interface Draw {
  readonly index: number;
  /** Moves the state on: a cursor. Not called for a retry, which takes nobody's turn. */
  readonly settle?: () => void;
  /** Recorded beside the decision's own inputs. */
  readonly inputs?: () => Inputs;
}

/** How to choose. */
export interface Preference {
  /** Undefined only where nobody is eligible. */
  draw(random: Random): Draw | undefined;
  /** The exact chance that `draw` gives, or gave, the eligible one with that index. */
  shareOf(index: number): number;
}

/** All but `draw` may be called after the state has moved on, and speak of what it was. */
export interface Decision extends Preference {
  /** What the strategy looked at, for one of the eligible; finite numbers only. */
  terms(index: number): Terms;
  readonly inputs?: () => Inputs;
}

/**
 * A strategy as a distribution, before anything is drawn from it: so every pick can state its exact probability, and
 * an exploring pick knows what it departed from. Its indices are those of the slate.
 */
export type Policy = (slate: Slate, context: PickContext) => Decision;

/** A policy that compares all of the eligible, at least one; its indices are those of `eligible`. */
export type Survey = (eligible: readonly Candidate[], slate: Slate, context: PickContext) => Decision;

/** Where nobody is eligible. */
export const nobody: Decision = { draw: () => undefined, shareOf: () => 0, terms: () => ({}) };
const nothing: Choice = { explain: () => ({ probability: 0, terms: new Map(), inputs: {} }) };

/** Has a policy choose, and its state follow what was chosen. */
export function toPicker(policy: Policy): Picker {
  return {
    choose(candidates: Candidates, context: PickContext): Choice {
      const slate = new Slate(candidates);
      const decision = policy(slate, context);
      const drawn = decision.draw(context.random);
      if (!drawn) return nothing;
      if (drawn.settle && !context.retry) drawn.settle();
      return { chosen: drawn.index, explain: () => explain(slate, decision, drawn) };
    },
  };
}

function explain(slate: Slate, decision: Decision, drawn: Draw): Explanation {
  const terms = new Map<string, Terms>();
  for (const index of slate.eligible) terms.set(slate.at(index).instance, decision.terms(index));
  const inputs = { ...decision.inputs?.(), ...drawn.inputs?.() };
  return { probability: decision.shareOf(drawn.index), terms, inputs };
}

/** The survey of the eligible, as a policy. */
export function surveying(survey: Survey): Policy {
  return (slate, context) => {
    const { eligible } = slate;
    if (eligible.length === 0) return nobody;
    const decision = survey(
      eligible.map((index) => slate.at(index)),
      slate,
      context,
    );
    return eligible.length === slate.size ? decision : renumbered(decision, eligible);
  };
}

/** The decision of a survey of some of the eligible only; the others have no chance. */
export function decideAmong(
  indices: readonly number[],
  survey: Survey,
  [eligible, slate, context]: Parameters<Survey>,
): Decision {
  const decision = survey(
    indices.map((index) => eligible[index]!),
    slate,
    context,
  );
  return renumbered(decision, indices);
}

/** A decision among a few, in the indices of the list that they are from. */
function renumbered(decision: Decision, indices: readonly number[]): Decision {
  let places: ReadonlyMap<number, number> | undefined;
  const placeOf = (index: number) => {
    places ??= new Map(indices.map((index, place) => [index, place]));
    return places.get(index);
  };
  return {
    draw(random) {
      const drawn = decision.draw(random);
      return drawn && { ...drawn, index: indices[drawn.index]! };
    },
    shareOf(index) {
      const place = placeOf(index);
      return place === undefined ? 0 : decision.shareOf(place);
    },
    terms(index) {
      const place = placeOf(index);
      return place === undefined ? {} : decision.terms(place);
    },
    ...(decision.inputs && { inputs: decision.inputs }),
  };
}
