import { expect, test } from 'vitest';
import type { Route } from '../../../../core/journal/run-state.ts';
import { callSpan } from '../sample-spans.ts';
import { storyOf } from './call-story.ts';

function route(attempt: number, at: number, chosen?: string, failed = false): Route {
  return {
    attempt,
    at,
    target: { kind: 'group', name: 'g' },
    pick: {
      strategy: 'random',
      probability: 1,
      considered: [],
      inputs: {},
      ...(chosen !== undefined && { chosen }),
    },
    ...(failed && { after: { code: 'overloaded', message: 'no' } }),
  };
}

test('decisions, waits and fallbacks in the order of time', () => {
  const call = callSpan({
    routes: [route(0, 10), route(1, 50, 'a'), route(1, 70, undefined, true), route(2, 80, 'b', true)],
    waits: [
      { at: 11, because: 'queue', queue: 'g', endedAt: 50, outcome: 'placed' },
      { at: 60, because: 'backoff', endedAt: 65 },
    ],
    fallbacks: [{ at: 75, from: 'g/one', to: { kind: 'tier', name: 'g/two' }, because: 'server-error' }],
  });
  expect(storyOf(call).map((step) => `${step.kind} ${step.at}`)).toEqual([
    'route 10',
    'wait 11',
    'route 50',
    'wait 60',
    'route 70',
    'fallback 75',
    'route 80',
  ]);
});

test('at the same moment, refusals come first and the one who takes it last', () => {
  const call = callSpan({
    routes: [route(0, 5), route(1, 5, 'a')],
    waits: [{ at: 5, because: 'queue' }],
    fallbacks: [{ at: 5, from: 'one', to: { kind: 'answer' }, because: 'unavailable' }],
  });
  expect(storyOf(call).map(({ kind }) => kind)).toEqual(['route', 'wait', 'fallback', 'route']);
});

test('a failure is told once, by the first decision after it', () => {
  const routes = [
    route(1, 1, 'a'),
    route(1, 2, undefined, true),
    route(2, 3, 'b', true),
    route(3, 4, 'c', true),
    route(4, 5, 'd', true),
  ];
  const told = (given: Route[]) =>
    storyOf(callSpan({ routes: given })).map((step) => step.kind === 'route' && step.afterFailure);
  expect(told(routes)).toEqual([false, true, false, true, true]);
  const hedge = { ...route(3, 4, 'c', true), hedge: true } as const;
  expect(told([...routes.slice(0, 3), hedge])).toEqual([false, true, false, false]);
});
