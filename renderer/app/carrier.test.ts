import { expect, test } from 'vitest';
import { openCarrier, takeToken, type Surroundings } from './carrier.ts';

test.each([
  ['#token=XYZ', 'XYZ', ''],
  ['#/runs/1?token=XYZ', 'XYZ', '#/runs/1'],
  ['#/runs/1?span=s&token=XYZ', 'XYZ', '#/runs/1?span=s'],
  ['#/runs', undefined, '#/runs'],
  ['', undefined, ''],
])('%s holds the token %s', (hash, token, rest) => {
  expect(takeToken(hash)).toEqual({ token, hash: rest });
});

function page(hash: string, stored?: string) {
  const store = new Map<string, string>(stored ? [['signalbox.token', stored]] : []);
  const addresses: string[] = [];
  const surroundings: Surroundings = {
    location: { origin: 'http://127.0.0.1:4601', hash, pathname: '/', search: '' },
    history: { replaceState: (_state, _title, url) => void addresses.push(String(url)) },
    sessionStorage: {
      getItem: (key) => store.get(key) ?? null,
      setItem: (key, value) => void store.set(key, value),
    },
  };
  return { surroundings, store, addresses };
}

test('a token is kept for the session and leaves the address', () => {
  const { surroundings, store, addresses } = page('#/runs/1?token=XYZ');
  expect(openCarrier(surroundings)).toBeDefined();
  expect([...store.values()]).toEqual(['XYZ']);
  expect(addresses).toEqual(['/#/runs/1']);
});

test('a reload finds the token again, and without one there is no way in', () => {
  expect(openCarrier(page('#/runs', 'XYZ').surroundings)).toBeDefined();
  expect(openCarrier(page('#/runs').surroundings)).toBeUndefined();
});
