import { expect, test } from 'vitest';
import { resourceOptimiserSchema, schedulerOptimiserSchema } from '../../../core/config/schema/optimiser.ts';
import { initialOptimiser } from '../../../core/scheduling/optimiser/hysteresis.ts';
import { optimiseResources } from '../../../core/scheduling/optimiser/resource-optimiser.ts';
import { optimiseScheduler } from '../../../core/scheduling/optimiser/scheduler-optimiser.ts';
import type { Formats } from '../../format/use-format.ts';
import { formatEvidence, isEvidenceName, isProposalKind, isProposalReason } from './proposal-words.ts';

const figures = {
  attempts: 1000,
  successShare: 1,
  rateLimited: 0,
  firstTokenP50Ms: 200,
  firstTokenP95Ms: 400,
};

test('there are words for what the optimisers propose, and for every figure of the evidence', () => {
  const limit = {
    ...figures,
    outstandingMean: 1,
    outstandingMax: 4,
    maxConcurrent: 4,
    configuredMaxConcurrent: 4,
  };
  const member = { ...limit, atCapacity: 200, weight: 1, configuredWeight: 1, costPerCallUsd: 0.1 };
  const instances = [
    { ...member, instance: 'quick' },
    { ...member, instance: 'slow', firstTokenP50Ms: 2000 },
  ];
  const user = { kind: 'instance', name: 'quick' } as const;
  const resource = {
    resource: 'gpu',
    capacity: 1,
    declaredCapacity: 1,
    meanReserved: 0.9,
    peakReserved: 1,
    asked: 1000,
    short: 400,
    waitingMean: 3,
    users: [{ ...figures, user, requirement: 0.5, configuredRequirement: 0.5 }],
  };
  const proposals = [
    ...optimiseScheduler(initialOptimiser, schedulerOptimiserSchema.parse({ wantedIntervals: 1 }), {
      at: 1,
      pools: [{ ...limit, atCapacity: 0, pool: 'fast', instances }],
    }).proposals,
    ...optimiseResources(initialOptimiser, resourceOptimiserSchema.parse({ wantedIntervals: 1 }), {
      at: 1,
      resources: [resource],
    }).proposals,
  ];
  expect(new Set(proposals.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(3);
  for (const { kind, reason, evidence } of proposals) {
    expect([isProposalKind(kind), isProposalReason(reason)]).toEqual([true, true]);
    expect(Object.keys(evidence).filter((name) => !isEvidenceName(name))).toEqual([]);
  }
});

test('a word of a newer host is none of ours, whatever it is called', () => {
  expect([isProposalKind('toString'), isProposalReason('because'), isEvidenceName('constructor')]).toEqual([
    false,
    false,
    false,
  ]);
});

test('every figure has its unit', () => {
  const format = {
    share: (share: number) => `${share * 100} %`,
    duration: (nanos: number) => `${nanos / 1e9} s`,
    term: (term: number) => `${term}`,
  } as Formats;
  expect(formatEvidence(format, 'successShare', 0.5)).toBe('50 %');
  expect(formatEvidence(format, 'firstTokenP95Ms', 400)).toBe('0.4 s');
  expect(formatEvidence(format, 'newFigure', 7)).toBe('7');
});
