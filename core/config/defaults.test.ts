import { describe, expect, it } from 'vitest';
import { configOf } from './test-config.ts';

const config = configOf('');

describe('without a word of it', () => {
  it.each([
    ['dataPlane', { port: 4600, otlpPort: 4318 }],
    ['scheduler', { maxConcurrent: 256 }],
    [
      'queue',
      { maxLength: 10_000, maxWaitMs: 30_000, ageMs: 5_000, weights: { high: 6, normal: 3, low: 1 } },
    ],
    ['timeouts', { connectMs: 5_000, firstTokenMs: 60_000, idleMs: 30_000, totalMs: 600_000 }],
    [
      'connections',
      {
        min: 5,
        max: 50,
        idleMs: 30_000,
        acquireMs: 5_000,
        http2: true,
        caFiles: [],
        proxy: 'environment',
        noProxy: [],
      },
    ],
    ['retry', { maxAttempts: 3, baseMs: 500, capMs: 8_000, budgetShare: 0.1 }],
    [
      'health',
      {
        consecutiveFailures: 5,
        sweepMs: 10_000,
        ejectionMs: 30_000,
        maxEjectionMs: 300_000,
        maxEjectedShare: 0.5,
        successRate: { minimumHosts: 5, minimumRequests: 100, deviations: 1.9 },
        failurePercentage: { enabled: false, minimumHosts: 5, minimumRequests: 50, threshold: 85 },
      },
    ],
    ['probes', {}],
    ['resources', {}],
    ['categories', {}],
    ['groups', {}],
    ['policies', []],
    ['routing', []],
  ] as const)('%s is %j', (key, expected) => {
    expect(config[key]).toEqual(expected);
  });

  it.each(['scheduler', 'resources'] as const)('the optimiser of %s only proposes', (which) => {
    expect(config.optimiser[which]).toMatchObject({ apply: false, intervalMs: 60_000 });
  });

  it('a breaker follows what its instance usually takes', () => {
    expect(config.breaker).toMatchObject({ slowCallMs: '3xp95', failureRate: 0.5, minimumCalls: 10 });
  });

  it('an instance has nothing of its own, and its provider has models', () => {
    expect(config.instances['one']).toEqual({
      provider: 'simulated',
      model: 'm',
      weight: 1,
      priority: 1,
      maintenance: false,
    });
    expect(config.providers['simulated']?.category).toBe('llm');
  });

  it('a pool leaves its strategy to the category', () => {
    expect(config.pools['readers']).toEqual({ instances: ['reader'], options: {} });
  });
});

describe('what is only begun is completed', () => {
  it('in a group', () => {
    const { groups } = configOf('[[groups.g.tiers]]\nname = "a"\npools = ["fast"]\nbreaker = {}');
    expect(groups['g']).toEqual({
      tiers: [{ name: 'a', pools: ['fast'], breaker: {} }],
      fallback: {
        rateLimit: 'next-tier',
        billing: 'next-tier',
        timeout: 'next-tier',
        serverError: 'next-tier',
        contextWindow: 'next-tier',
        auth: 'next-tier',
        contentPolicy: 'none',
        exhausted: 'none',
      },
      promotion: { afterMs: 30_000, successes: 1 },
    });
  });

  it('in probes and hedges', () => {
    const { probes, pools } = configOf('[probes.llm]\n[pools.p]\ninstances = ["one"]\nhedge = {}');
    expect(probes).toEqual({
      llm: { path: '/models', intervalMs: 30_000, timeoutMs: 5_000, upAfter: 2, downAfter: 3 },
    });
    expect(pools['p']?.hedge).toEqual({ after: 'p95', max: 1 });
  });

  it('but not where the rest is taken from one level above', () => {
    const { pools } = configOf(
      '[pools.p]\ninstances = ["one"]\ntimeouts = { idle_ms = 9 }\nretry = { max_attempts = 2 }\nbreaker = { slow_call_ms = 7 }\nlimits = { rpm = 5 }',
    );
    expect(pools['p']).toEqual({
      instances: ['one'],
      options: {},
      timeouts: { idleMs: 9 },
      retry: { maxAttempts: 2 },
      breaker: { slowCallMs: 7 },
      limits: { rpm: 5 },
    });
  });
});
