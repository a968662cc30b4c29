import { NANOS_PER_MILLI } from '../../../core/base/units.ts';
import type { ProposalKind, ProposalReason } from '../../../core/scheduling/optimiser/proposal.ts';
import type { Formats } from '../../format/use-format.ts';

const KINDS: Readonly<Record<ProposalKind, true>> = {
  weight: true,
  'max-concurrent': true,
  'resource-capacity': true,
  requirement: true,
};

const REASONS: Readonly<Record<ProposalReason, true>> = {
  'serves-better-than-its-share': true,
  'serves-worse-than-its-share': true,
  'turned-away-while-healthy': true,
  'short-while-healthy': true,
  'failing-at-this-load': true,
  'rate-limited-at-this-load': true,
  'worse-since-last-change': true,
  'not-needed-any-more': true,
  undone: true,
};

/** The figures that speak for a proposal, and how each is written. */
const EVIDENCE = {
  attempts: 'count',
  successShare: 'share',
  rateLimited: 'count',
  firstTokenP50Ms: 'millis',
  firstTokenP95Ms: 'millis',
  usualFirstTokenP95Ms: 'millis',
  outstandingMax: 'count',
  atCapacity: 'count',
  load: 'share',
  service: 'term',
  wantedWeight: 'term',
  costPerCallUsd: 'cost',
  meanReserved: 'share',
  peakReserved: 'share',
  asked: 'count',
  short: 'count',
  waitingMean: 'term',
} as const satisfies Readonly<Record<string, 'term' | 'count' | 'share' | 'cost' | 'millis'>>;

export type EvidenceName = keyof typeof EVIDENCE;

// A journal may hold words of a newer host: what is not known here is shown as it is.
export function isProposalKind(word: string): word is ProposalKind {
  return Object.hasOwn(KINDS, word);
}

export function isProposalReason(word: string): word is ProposalReason {
  return Object.hasOwn(REASONS, word);
}

export function isEvidenceName(word: string): word is EvidenceName {
  return Object.hasOwn(EVIDENCE, word);
}

export function formatEvidence(format: Formats, name: string, value: number): string {
  if (!isEvidenceName(name)) return format.term(value);
  const unit = EVIDENCE[name];
  return unit === 'millis' ? format.duration(value * NANOS_PER_MILLI) : format[unit](value);
}
