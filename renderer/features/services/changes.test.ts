import { expect, test } from 'vitest';
import type { InstanceInfo, ProposalInfo } from '../../../core/api/contract.ts';
import { changesOf, decisionsOf, requestOf, undoOf, type Done } from './changes.ts';

test.each<[Done, string | undefined]>([
  [{ verb: 'isolate', name: 'a' }, 'restore'],
  [{ verb: 'restore', name: 'a' }, 'isolate'],
  [{ verb: 'maintain', name: 'a' }, 'resume'],
  [{ verb: 'resume', name: 'a' }, 'maintain'],
  [{ verb: 'add', name: 'a' }, 'remove'],
  [{ verb: 'remove', name: 'a' }, undefined],
  [{ verb: 'apply', name: 'a', id: '7' }, 'undo'],
  [{ verb: 'undo', name: 'a', id: '7' }, undefined],
  [{ verb: 'dismiss', name: 'a', id: '7' }, undefined],
])('%j is taken back by %s', (done, verb) => {
  expect(undoOf(done)?.verb).toBe(verb);
});

test('a name with a slash stays one part of the path', () => {
  expect(requestOf({ verb: 'isolate', name: 'a/b' })).toEqual([
    '/api/instances/a%2Fb/breaker',
    { method: 'POST', body: { state: 'isolated' } },
  ]);
});

test('maintenance is a change of one key, and a proposal is asked for by its id', () => {
  expect(requestOf({ verb: 'resume', name: 'a' })).toEqual([
    '/api/instances/a',
    { method: 'PATCH', body: { maintenance: false } },
  ]);
  expect(requestOf({ verb: 'undo', name: 'weight', id: '7' })).toEqual([
    '/api/proposals/7',
    { method: 'POST', body: { action: 'undo' } },
  ]);
});

test('what can be done depends on how an instance is', () => {
  const verbs = (given: Partial<InstanceInfo>) =>
    changesOf({ name: 'a', maintenance: false, transient: false, ...given } as InstanceInfo).map(
      ({ verb }) => verb,
    );
  expect(verbs({})).toEqual(['isolate', 'maintain']);
  expect(verbs({ breaker: 'isolated', maintenance: true, transient: true })).toEqual([
    'restore',
    'resume',
    'remove',
  ]);
});

test('a proposal is decided once; only an applied one can be undone', () => {
  const verbs = (state: ProposalInfo['state']) =>
    decisionsOf({ id: '7', target: 'a', state } as ProposalInfo).map(({ verb }) => verb);
  expect(verbs('proposed')).toEqual(['apply', 'dismiss']);
  expect(verbs('applied')).toEqual(['undo']);
  expect(verbs('undone')).toEqual([]);
  expect(verbs('dismissed')).toEqual([]);
});
