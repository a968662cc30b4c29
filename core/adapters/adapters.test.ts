import { describe, expect, it } from 'vitest';
import { adapterFor } from './adapters.ts';
import { readAlong } from './read-along.ts';

function observe(
  adapter: ReturnType<typeof adapterFor>,
  [method, path]: readonly [string, string],
  sent: unknown,
  answered: unknown,
) {
  const body = new TextEncoder().encode(JSON.stringify(sent));
  const along = readAlong(adapter!, { method, path, contentType: 'application/json', body });
  const reading = along?.({ contentType: 'application/json', encoded: false });
  reading?.feed(new TextEncoder().encode(JSON.stringify(answered)));
  return reading?.end();
}

describe('an adapter', () => {
  it('is not there where nothing was configured', () => {
    expect(adapterFor(undefined, {})).toBeUndefined();
    expect(adapterFor('chroma', {})?.keyHeader).toBe('x-chroma-token');
  });

  it('can be of configured operations alone', () => {
    const adapter = adapterFor(undefined, {
      search: {
        path: '/graphs/{graph}/search',
        request: { queries: 'count queries.*' },
        answer: { nodes: 'count nodes.*', edges: 'value stats.edges' },
      },
    });
    const seen = observe(
      adapter,
      ['POST', '/graphs/a/search'],
      { queries: ['x'] },
      { nodes: [1, 2], stats: { edges: 5 } },
    );
    expect(seen).toMatchObject({ operation: 'search', counts: { queries: 1, nodes: 2, edges: 5 } });
    expect(observe(adapter, ['GET', '/graphs/a/search'], {}, {})).toBeUndefined();
    expect(adapter?.readError(400, '{"detail":"no"}')).toEqual({
      code: 'http_400',
      message: 'no',
      status: 400,
    });
  });

  it('can have some of its operations elsewhere, or counted otherwise', () => {
    const adapter = adapterFor('chroma', {
      query: { path: '/search/{collection}' },
      add: { request: { rows: 'count ids.*' } },
    });
    const answer = { ids: [['a']] };
    expect(observe(adapter, ['POST', '/search/x'], { query_embeddings: [[1]] }, answer)).toMatchObject({
      operation: 'query',
      counts: { vectors: 1, results: 1 },
    });
    const base = '/api/v2/tenants/t/databases/d/collections/c';
    expect(observe(adapter, ['POST', `${base}/query`], {}, answer)).toBeUndefined();
    expect(observe(adapter, ['POST', `${base}/add`], { ids: ['a', 'b'] }, {})?.counts).toMatchObject({
      rows: 2,
    });
    expect(observe(adapter, ['POST', `${base}/get`], {}, { ids: [] })?.operation).toBe('get');
  });

  it('counts the bytes of what is too large to be read, or encoded, and nothing else', () => {
    const adapter = adapterFor('chroma', {})!;
    const path = '/api/v2/tenants/t/databases/d/collections/c/get';
    const along = readAlong(adapter, {
      method: 'POST',
      path,
      contentType: 'application/json',
      body: new Uint8Array(9 * 1024 * 1024).fill(0x20),
    })!;
    const large = along({ contentType: 'application/json', encoded: false });
    for (let mebibyte = 0; mebibyte < 9; mebibyte++) large.feed(new Uint8Array(1024 * 1024).fill(0x20));
    expect(large.end().counts).toEqual({ sentBytes: 9 * 1024 * 1024, receivedBytes: 9 * 1024 * 1024 });
    const encoded = along({ contentType: 'application/json', encoded: true });
    encoded.feed(new TextEncoder().encode('{"ids":["a"]}'));
    expect(encoded.end().counts).not.toHaveProperty('results');
  });
});
