import { expect, test } from 'vitest';
import type { InstanceInfo } from '../../../core/api/contract.ts';
import { absenceOf } from './absence.ts';

const absence = (given: Partial<InstanceInfo>) =>
  absenceOf({ maintenance: false, breaker: 'closed', health: 'healthy', ...given } as InstanceInfo);

test('what a person did is said before what happened by itself', () => {
  expect(absence({})).toBeUndefined();
  expect(absence({ breaker: 'half-open' })).toBeUndefined();
  expect(absence({ coolForMs: 5 })).toBe('cooling');
  expect(absence({ coolForMs: 5, breaker: 'open' })).toBe('open');
  expect(absence({ breaker: 'open', health: 'ejected' })).toBe('ejected');
  expect(absence({ breaker: 'isolated', health: 'unhealthy' })).toBe('isolated');
  expect(absence({ breaker: 'isolated', maintenance: true })).toBe('maintenance');
});
