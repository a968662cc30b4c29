import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apiUrl, bridgeRequestSchema } from './ipc-contract.ts';

const valid = { id: 'request-1', method: 'GET', path: '/api/host' };
const accepts = (value: unknown) => bridgeRequestSchema.safeParse(value).success;

test('takes what the bridge sends', () => {
  expect(accepts(valid)).toBe(true);
  expect(accepts({ ...valid, method: 'POST', body: '{}', path: '/api/runs?limit=1' })).toBe(true);
});

test.each([
  ['another method', { method: 'PUT' }],
  ['a method in lower case', { method: 'get' }],
  ['a header', { headers: {} }],
  ['an id with a space', { id: 'a b' }],
  ['an endless id', { id: 'a'.repeat(101) }],
  ['a body that is no text', { body: new Uint8Array(1) }],
  ['a body given as undefined', { body: undefined }],
])('refuses %s', (_name, change) => {
  expect(accepts({ ...valid, ...change })).toBe(false);
});

describe('the path', () => {
  test.each([
    '/',
    '/api',
    '/apis/host',
    'api/host',
    '//evil/api/',
    'http://evil/api/',
    '/api/../secret',
    '/api/%2e%2e/secret',
    '/api/..\\..\\secret',
    '\\api\\host',
    ' /api/host',
    `/api/${'x'.repeat(9000)}`,
  ])('%s is refused', (path) => expect(accepts({ ...valid, path })).toBe(false));

  test('whatever is accepted stays in the API', () => {
    const piece = fc.constantFrom(
      'api',
      '..',
      '.',
      '%2e',
      '%2E%2e',
      '/',
      '//',
      '\\',
      '?',
      '#',
      '@',
      ':',
      'x',
      '\t',
    );
    const anyPath = fc.oneof(
      fc.webPath(),
      fc.string(),
      fc.array(piece).map((pieces) => `/api/${pieces.join('')}`),
    );
    fc.assert(
      fc.property(anyPath, (path) => {
        if (!accepts({ ...valid, path })) return;
        const url = apiUrl(path);
        expect(url.pathname.startsWith('/api/')).toBe(true);
        expect(url.host).toBe('signalbox.invalid');
        expect(url.username).toBe('');
      }),
      { numRuns: 2000 },
    );
  });
});

test('nothing else is ever taken, and nothing throws', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withMap: true, withTypedArray: true }), (value) => {
      expect(accepts(value)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
