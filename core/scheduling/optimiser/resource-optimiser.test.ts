import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResourceFigures, ResourceUserFigures } from './figures.ts';
import { initialOptimiser } from './hysteresis.ts';
import { resourceOptimiserSchema } from '../../config/schema/optimiser.ts';
import type { Proposal } from './proposal.ts';
import { optimiseResources } from './resource-optimiser.ts';

/** A simulation takes too long to be shrunk. */
const WHOLE = { endOnFailure: true };
const options = resourceOptimiserSchema.parse({});
/** Proposes at once whatever it wants. */
const eager = resourceOptimiserSchema.parse({ wantedIntervals: 1 });

const llama: ResourceUserFigures = {
  user: { kind: 'instance', name: 'llama' },
  requirement: 2,
  configuredRequirement: 2,
  attempts: 1000,
  successShare: 1,
  rateLimited: 0,
  firstTokenP95Ms: 1000,
};
const parser: ResourceUserFigures = { ...llama, user: { kind: 'category', name: 'document' }, attempts: 400 };
const calm: ResourceFigures = {
  resource: 'cpu',
  capacity: 8,
  declaredCapacity: 8,
  meanReserved: 0.8,
  peakReserved: 1,
  asked: 1000,
  short: 0,
  waitingMean: 0,
  users: [llama, parser],
};
const short = { short: 50, waitingMean: 0.5 };

function proposedFor(figures: Partial<ResourceFigures>) {
  const resources = [{ ...calm, ...figures }];
  return optimiseResources(initialOptimiser, eager, { at: 1, resources }).proposals;
}

describe('capacities and requirements', () => {
  it('give more of a resource that is short while its users do well', () => {
    expect(proposedFor(short)).toEqual([
      {
        id: 'resource-capacity:resource:cpu:1',
        kind: 'resource-capacity',
        target: { kind: 'resource', name: 'cpu' },
        from: 8,
        to: 8.4,
        reason: 'short-while-healthy',
        evidence: {
          attempts: 1400,
          successShare: 1,
          rateLimited: 0,
          firstTokenP95Ms: 1000,
          usualFirstTokenP95Ms: 1000,
          meanReserved: 0.8,
          peakReserved: 1,
          asked: 1000,
          short: 50,
          waitingMean: 0.5,
        },
      },
    ]);
  });

  it('require less for the one that takes most, where the resource is at its bound', () => {
    expect(proposedFor({ ...short, capacity: 10 })).toMatchObject([
      {
        id: 'requirement:instance:llama:cpu:1',
        kind: 'requirement',
        target: { kind: 'instance', name: 'llama', resource: 'cpu' },
        from: 2,
        to: 1.9,
        reason: 'short-while-healthy',
      },
    ]);
  });

  it('give less of a resource whose users fail as a whole while it is full', () => {
    const users = [llama, parser].map((user) => ({ ...user, successShare: 0.8 }));
    expect(proposedFor({ users })).toMatchObject([
      { kind: 'resource-capacity', from: 8, to: 6, reason: 'failing-at-this-load' },
    ]);
    expect(proposedFor({ users, peakReserved: 0.89 })).toEqual([]);
  });

  it('never give less than the largest requirement', () => {
    const users = [{ ...llama, successShare: 0.8, requirement: 7, configuredRequirement: 7 }];
    expect(proposedFor({ users })).toMatchObject([{ kind: 'resource-capacity', to: 7 }]);
    expect(proposedFor({ users: [{ ...users[0]!, requirement: 8 }] })).toEqual([]);
  });

  it('require more for one that fails alone, at most all that there is', () => {
    const failing = { ...parser, successShare: 0.7 };
    expect(proposedFor({ users: [llama, failing] })).toMatchObject([
      {
        kind: 'requirement',
        target: { kind: 'category', name: 'document', resource: 'cpu' },
        from: 2,
        to: 2.5,
        reason: 'failing-at-this-load',
      },
    ]);
    const large = { ...failing, requirement: 7, configuredRequirement: 7 };
    expect(proposedFor({ users: [llama, large] })).toMatchObject([{ kind: 'requirement', to: 8 }]);
  });

  it('go back to what was declared where nobody needs more', () => {
    const idle = { capacity: 9, peakReserved: 0.4 };
    expect(proposedFor(idle)).toMatchObject([{ from: 9, to: 8.55, reason: 'not-needed-any-more' }]);
    expect(proposedFor({ ...idle, capacity: 8.2 })).toMatchObject([{ to: 8 }]);
    expect(proposedFor({ ...idle, capacity: 8 })).toEqual([]);
    expect(proposedFor({ ...idle, short: 1 })).toEqual([]);
  });

  it.each<[string, Partial<ResourceFigures>]>([
    ['nothing is wrong', {}],
    ['hardly anybody found too little', { short: 49, waitingMean: 1 }],
    ['nobody waited', { short: 500 }],
    ['some fail', { ...short, users: [{ ...llama, successShare: 0.95 }] }],
    ['there are fewer than 30 attempts', { ...short, users: [{ ...llama, attempts: 29 }] }],
    ['the provider says 429', { ...short, users: [{ ...llama, rateLimited: 100 }] }],
    ['nobody uses it', { ...short, users: [], capacity: 9, peakReserved: 0 }],
  ])('stay where %s', (_, figures) => {
    expect(proposedFor(figures)).toEqual([]);
  });
});

/** A machine that really has `real` units, of which an attempt really needs 1; what is more fails or slows all down. */
function runMachine(real: number, declared: number, configured: number, wanted: number, slows: boolean) {
  let capacity = declared;
  let requirement = configured;
  let memory = initialOptimiser;
  const all: (Proposal & { readonly interval: number })[] = [];
  for (let interval = 1; interval <= 600; interval++) {
    const running = Math.min(wanted, Math.floor(capacity / requirement + 1e-9));
    const over = Math.max(0, running - real) / real;
    const reserved = (running * requirement) / capacity;
    const figures: ResourceFigures = {
      resource: 'cpu',
      capacity,
      declaredCapacity: declared,
      meanReserved: reserved,
      peakReserved: reserved,
      asked: 1000,
      short: wanted > running ? 400 : 0,
      waitingMean: wanted > running ? 4 : 0,
      users: [
        {
          ...llama,
          requirement,
          configuredRequirement: configured,
          successShare: slows ? 1 : Math.max(0, 1 - 2 * over),
          firstTokenP95Ms: slows ? 1000 * (1 + 4 * over) : 1000,
        },
      ],
    };
    const step = optimiseResources(memory, options, { at: interval, resources: [figures] });
    memory = step.memory;
    for (const proposal of step.proposals) {
      all.push({ ...proposal, interval });
      if (proposal.kind === 'requirement') requirement = proposal.to;
      else capacity = proposal.to;
    }
  }
  return { proposals: all, atOnce: Math.floor(capacity / requirement + 1e-9), capacity, requirement };
}

describe('on a machine that stays as it is', () => {
  it('find what it can do, within their bounds, and try for more ever more rarely', () => {
    const numbers = fc.tuple(
      fc.integer({ min: 4, max: 32 }),
      fc.integer({ min: 4, max: 32 }),
      fc.constantFrom(0.5, 1, 2),
      fc.boolean(),
    );
    fc.assert(
      fc.property(numbers, ([real, declared, configured, slows]) => {
        const { proposals, atOnce, capacity, requirement } = runMachine(
          real,
          declared,
          configured,
          100,
          slows,
        );
        expect(capacity).toBeGreaterThanOrEqual(declared * 0.5);
        expect(capacity).toBeLessThanOrEqual(declared * 1.25);
        expect(requirement).toBeGreaterThanOrEqual(configured * 0.5);
        expect(requirement).toBeLessThanOrEqual(configured * 2);
        for (const { from, to } of proposals) {
          expect(Math.abs(to - from)).toBeLessThanOrEqual(from * 0.25 + 1e-9);
        }
        expect(proposals.filter(({ interval }) => interval > 350).length).toBeLessThanOrEqual(4);
        // What it started with is its usual where answers are slow from the beginning.
        const floor = slows ? Math.floor(declared / configured) : 0;
        expect(atOnce).toBeLessThanOrEqual(
          Math.max(real * 1.25 + 1, (declared * 0.5) / configured, floor * 1.25 + 1),
        );
        const reachable = Math.min(real, (declared * 1.25) / (configured * 0.5));
        expect(atOnce).toBeGreaterThanOrEqual(Math.min(reachable * 0.7, reachable - 1));
      }),
      WHOLE,
    );
  });

  it('stay where nobody waits', () => {
    expect(runMachine(8, 8, 1, 6, false).proposals).toEqual([]);
  });

  it('take back a step that made answers slower', () => {
    const { proposals } = runMachine(10, 10, 1, 100, true);
    expect(
      proposals.slice(0, 4).map(({ interval, from, to, reason }) => [interval, from, to, reason]),
    ).toEqual([
      [3, 10, 10.5, 'short-while-healthy'],
      [6, 10.5, 11.02, 'short-while-healthy'],
      [17, 11.02, 10.5, 'worse-since-last-change'],
      [80, 10.5, 11.02, 'short-while-healthy'],
    ]);
  });
});
