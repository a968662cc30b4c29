import type { Considered, Pick } from '../journal/pick.ts';

/** What a strategy has to choose from: every member of the pool, those that cannot serve marked with the reason. */
export type Candidates = readonly Considered[];

/** The choice, and what it was computed from; the pool adds its own name and the candidates. */
type Choice = Omit<Pick, 'strategy' | 'pool' | 'considered'>;

export interface Picker {
  /** `chosen` is absent only where every candidate is rejected. */
  choose(candidates: Candidates): Choice;
}
