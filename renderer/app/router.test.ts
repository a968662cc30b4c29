import { expect, test } from 'vitest';
import { parseRoute, routeHash, type Route } from './router.ts';

const routes: readonly [string, Route][] = [
  ['#/', { page: 'home' }],
  ['#/connect', { page: 'connect' }],
  ['#/runs', { page: 'runs' }],
  ['#/runs?where=cost+%3E+1.0', { page: 'runs', where: 'cost > 1.0' }],
  ['#/performance', { page: 'performance' }],
  ['#/settings', { page: 'settings' }],
  ['#/runs/7f3', { page: 'run', run: '7f3', view: 'waterfall' }],
  ['#/runs/7f3?view=log&span=ab', { page: 'run', run: '7f3', span: 'ab', view: 'log' }],
];

test.each(routes)('%s is a place, both ways', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
  expect(routeHash(route)).toBe(hash);
});

test('what is not a page is home', () => {
  expect(parseRoute('#/nowhere')).toEqual({ page: 'home' });
  expect(parseRoute('')).toEqual({ page: 'home' });
});

test('an unknown view is the first one', () => {
  expect(parseRoute('#/runs/7f3?view=flow')).toMatchObject({ view: 'waterfall' });
});
