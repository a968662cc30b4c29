import { expect, test } from 'vitest';
import { shownAttributes } from './reported-values.ts';

const attributes = [
  { key: 'gen_ai.request.model', value: 'small' },
  { key: 'http.status_code', value: 200 },
  { key: 'tags', value: ['a', 'b'] },
  { key: 'document', body: { bytes: 90_000, parts: [] } },
];
const sources = { model: 'gen_ai.request.model' };
const keys = (search: string) => shownAttributes(attributes, sources, search).map(({ key }) => key);

test('values as text, with what was taken from them and how long they are where they are kept apart', () => {
  expect(shownAttributes(attributes, sources)).toEqual([
    { key: 'gen_ai.request.model', text: 'small', means: ['model'] },
    { key: 'http.status_code', text: '200', means: [] },
    { key: 'tags', text: '["a","b"]', means: [] },
    { key: 'document', text: '', bytes: 90_000, means: [] },
  ]);
});

test('every word of the search must be found, in the key or the value', () => {
  expect(keys('')).toHaveLength(4);
  expect(keys('HTTP 200')).toEqual(['http.status_code']);
  expect(keys('model')).toEqual(['gen_ai.request.model']);
  expect(keys('model 200')).toEqual([]);
});
