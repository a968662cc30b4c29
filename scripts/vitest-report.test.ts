import { describe, expect, it } from 'vitest';
import { count } from './vitest-report.ts';

function report(...statuses: readonly string[]) {
  const assertionResults = statuses.map((status) => ({
    status,
    title: 'a test',
    ancestorTitles: ['a group'],
  }));
  return { testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults }] };
}

describe('count', () => {
  it('counts each test once and names what was skipped', () => {
    expect(count(report('passed', 'passed', 'failed', 'skipped', 'pending'), 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      skips: ['a group (2 tests)'],
    });
  });

  it('counts a failure where vitest failed though no test did', () => {
    expect(count(report('passed'), 1).failed).toBe(1);
    expect(count({ testResults: [] }, 1).failed).toBe(1);
  });
});
