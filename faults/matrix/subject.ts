import type { View } from './ask.ts';
import type { Case, Mode } from './catalogue.ts';
import type { Trial } from './fault.ts';

/** A gateway under trial. */
export interface Subject {
  readonly name: string;
  /** Puts the question of a case, with a healthy instance behind the faulty one or without. */
  put(one: Case, mode: Mode): Promise<View>;
  /** The same question with nothing wrong anywhere; a gateway that cannot answer it is not tried in that protocol. */
  baseline(trial: Trial): Promise<View>;
  /** What else is wrong besides what the client saw, in words. */
  examine?(one: Case, mode: Mode, view: View, askedAt: number): Promise<readonly string[]>;
  /** What was left behind, after everything: of each case, and of the whole. */
  leftovers?(): Promise<Leftovers>;
  close(): Promise<void>;
}

export interface Leftovers {
  of(one: Case, mode: Mode): readonly string[];
  readonly ofAll: readonly string[];
}

/** Longer than any deadline of the trials, with the other core busy. */
export const PATIENCE_MS = 8_000;
