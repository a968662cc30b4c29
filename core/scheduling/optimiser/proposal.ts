import type { Millis } from '../../base/units.ts';

/** What an optimiser may change. */
export type ProposalKind = 'weight' | 'max-concurrent' | 'resource-capacity' | 'requirement';

export interface ProposalTarget {
  readonly kind: 'instance' | 'pool' | 'category' | 'resource';
  readonly name: string;
  /** Of a requirement: which resource is required. */
  readonly resource?: string;
}

/** Why; the window has a sentence for each. */
export type ProposalReason =
  /** Its success, response and load are worth more, or less, than its share in the pool. */
  | 'serves-better-than-its-share'
  | 'serves-worse-than-its-share'
  /** Calls were turned away, or waited, though those that were let in did well. */
  | 'turned-away-while-healthy'
  | 'short-while-healthy'
  /** With as much in flight as is allowed, too many attempts fail, or the provider answers 429. */
  | 'failing-at-this-load'
  | 'rate-limited-at-this-load'
  /** Attempts do worse than before the last change, which is taken back. */
  | 'worse-since-last-change'
  /** More than was declared is no longer needed. */
  | 'not-needed-any-more'
  | 'undone';

/** One change of one number; nothing happens until somebody applies it. A newer one for the same target replaces it. */
export interface Proposal {
  readonly id: string;
  readonly kind: ProposalKind;
  readonly target: ProposalTarget;
  /** The value that it had; a proposal whose `from` is no longer so is out of date. */
  readonly from: number;
  readonly to: number;
  /** The figures that it was made from. */
  readonly evidence: Readonly<Record<string, number>>;
  readonly reason: ProposalReason;
  /** The proposal that this takes back. */
  readonly undoes?: string;
}

/** The key of a number that can be changed: one proposal for it at a time. */
export function keyOf({ kind, target }: Pick<Proposal, 'kind' | 'target'>): string {
  return JSON.stringify([kind, target.kind, target.name, target.resource ?? '']);
}

/** `at` is the end of the window that the figures are from, in wall time: with the key it makes the id. */
export function idOf(proposal: Pick<Proposal, 'kind' | 'target'>, at: Millis): string {
  const { kind, target } = proposal;
  const names = target.resource === undefined ? [target.name] : [target.name, target.resource];
  return [kind, target.kind, ...names, at].join(':');
}

/** The proposal that puts back what this one changed. */
export function undoOf(proposal: Proposal): Proposal {
  const { id, from, to } = proposal;
  return { ...proposal, id: `${id}:undo`, from: to, to: from, reason: 'undone', undoes: id };
}
