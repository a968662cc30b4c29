import { describe, expect, it } from 'vitest';
import { classifyError } from '../resilience/error-class.ts';
import {
  add,
  chroma,
  createCollection,
  deleteCollection,
  get,
  getCollection,
  heartbeat,
  listCollections,
  query,
  remove,
} from './chroma.ts';
import { readAlong } from './read-along.ts';
import type { ServiceRequest } from './service-adapter.ts';

const ID = '8ecf0f7e-e806-47f8-96a1-4732ef42359e';
const BASE = '/api/v2/tenants/default_tenant/databases/default_database';
const jsonOf = ({ body }: ServiceRequest): unknown => JSON.parse(new TextDecoder().decode(body));

function observe(
  request: Pick<ServiceRequest, 'method' | 'path'> & Partial<ServiceRequest>,
  answer: unknown,
) {
  const { body = new Uint8Array(0), contentType = '' } = request;
  const along = readAlong(chroma, { ...request, body, contentType });
  const reading = along?.({ contentType: 'application/json', encoded: false });
  reading?.feed(new TextEncoder().encode(JSON.stringify(answer)));
  const { operation, counts } = reading?.end() ?? {};
  const { sentBytes: _sent, receivedBytes: _received, ...rest } = counts ?? {};
  return [operation, rest];
}

describe("Chroma's API, version 2", () => {
  it('says whether it lives', () => {
    expect(heartbeat.toRequest({})).toEqual({ method: 'GET', path: '/api/v2/heartbeat' });
    const answer = { 'nanosecond heartbeat': 1_732_186_000_000_000_000 };
    expect(heartbeat.readAnswer(JSON.stringify(answer))).toEqual({ ok: true, value: answer });
    expect(observe(heartbeat.toRequest({}), answer)).toEqual(['heartbeat', {}]);
  });

  it('has collections', () => {
    const collection = {
      id: ID,
      name: 'docs',
      configuration_json: { hnsw: { space: 'l2' } },
      metadata: null,
      dimension: 3,
      tenant: 'default_tenant',
      database: 'default_database',
      log_position: 0,
      version: 0,
    };
    const create = createCollection.toRequest({ name: 'docs', metadata: { a: 1 }, getOrCreate: true });
    expect(create).toMatchObject({
      method: 'POST',
      path: `${BASE}/collections`,
      contentType: 'application/json',
    });
    expect(jsonOf(create)).toEqual({ name: 'docs', metadata: { a: 1 }, get_or_create: true });
    expect(createCollection.readAnswer(JSON.stringify(collection))).toEqual({ ok: true, value: collection });

    const list = listCollections.toRequest({ tenant: 'a b', database: 'd' });
    expect(list).toEqual({ method: 'GET', path: '/api/v2/tenants/a%20b/databases/d/collections' });
    expect(observe(list, [collection, collection])).toEqual(['collections.list', { collections: 2 }]);
    expect(getCollection.toRequest({ collection: 'docs' })).toEqual({
      method: 'GET',
      path: `${BASE}/collections/docs`,
    });
    const removed = deleteCollection.toRequest({ collection: 'docs' });
    expect(removed).toEqual({ method: 'DELETE', path: `${BASE}/collections/docs` });
    expect(deleteCollection.readAnswer('{}')).toEqual({ ok: true, value: undefined });
    expect(observe(removed, {})).toEqual(['collections.delete', {}]);
  });

  it('takes records', () => {
    const request = add.toRequest({
      collection: ID,
      ids: ['a', 'b'],
      embeddings: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      documents: ['one', null],
    });
    expect(request.path).toBe(`${BASE}/collections/${ID}/add`);
    expect(jsonOf(request)).toEqual({
      ids: ['a', 'b'],
      embeddings: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      documents: ['one', null],
    });
    expect(add.readAnswer('{}')).toEqual({ ok: true, value: undefined });
    const counts = { records: 2, vectors: 2, documents: 2 };
    expect(observe(request, {})).toEqual(['add', counts]);
    for (const name of ['upsert', 'update']) {
      expect(observe({ ...request, path: request.path.replace(/add$/, name) }, {})).toEqual([name, counts]);
    }
  });

  it('finds them again', () => {
    const request = query.toRequest({
      collection: ID,
      embeddings: [
        [1, 2, 3],
        [7, 8, 9],
      ],
      results: 2,
      where: { lang: 'en' },
    });
    expect(jsonOf(request)).toEqual({
      query_embeddings: [
        [1, 2, 3],
        [7, 8, 9],
      ],
      n_results: 2,
      where: { lang: 'en' },
      include: ['documents', 'metadatas', 'distances'],
    });
    const answer = {
      ids: [['a', 'b'], ['b']],
      embeddings: null,
      documents: [['one', null], [null]],
      uris: null,
      metadatas: [[{ lang: 'en' }, null], [null]],
      distances: [[0.1, 0.5], [0]],
      include: ['documents', 'metadatas', 'distances'],
    };
    expect(query.readAnswer(JSON.stringify(answer))).toEqual({ ok: true, value: answer });
    expect(query.readAnswer('{"ids":["a"]}')).toMatchObject({
      error: {
        code: 'unexpected_answer',
        message: expect.stringContaining('no answer to query (ids') as string,
      },
    });
    expect(observe(request, answer)).toEqual(['query', { vectors: 2, results: 3 }]);
    expect(observe(request, { ...answer, ids: [[], []] })).toEqual(['query', { vectors: 2, results: 0 }]);
  });

  it('gives them out, takes them away, and counts them', () => {
    const wanted = get.toRequest({ collection: ID, ids: ['a', 'c'], limit: 5 });
    expect(jsonOf(wanted)).toEqual({ ids: ['a', 'c'], limit: 5, include: ['documents', 'metadatas'] });
    const answer = { ids: ['a'], documents: ['one'], metadatas: [null], embeddings: null, include: [] };
    expect(get.readAnswer(JSON.stringify(answer))).toEqual({ ok: true, value: answer });
    expect(observe(wanted, answer)).toEqual(['get', { records: 2, results: 1 }]);
    const filtered = remove.toRequest({ collection: ID, where: { lang: 'de' } });
    expect(filtered.path).toBe(`${BASE}/collections/${ID}/delete`);
    expect(observe(filtered, {})).toEqual(['delete', {}]);
    const count = { method: 'GET', path: `${BASE}/collections/${ID}/count` };
    expect(observe(count, 42)).toEqual(['count', { records: 42 }]);
  });

  it('is not read where it does something else', () => {
    expect(observe({ method: 'POST', path: '/api/v2/reset' }, true)).toEqual([undefined, {}]);
    expect(observe({ method: 'GET', path: `${BASE}/collections/${ID}/add` }, {})).toEqual([undefined, {}]);
  });

  it.each([
    [
      404,
      '{"error":"NotFoundError","message":"Collection [docs] does not exist."}',
      { code: 'NotFoundError', message: 'Collection [docs] does not exist.', status: 404 },
      'bad-request',
    ],
    [
      400,
      `{"error":"ValueError('Collection x does not exist.')"}`,
      { code: 'ValueError', message: 'Collection x does not exist.', status: 400 },
      'bad-request',
    ],
    [
      429,
      '{"error":"ChromaError","message":"Rate limit exceeded"}',
      { code: 'ChromaError', status: 429 },
      'rate-limit',
    ],
    [503, '', { code: 'http_503', status: 503 }, 'server-error'],
    [500, '{"error":"InternalError"}', { message: 'InternalError', status: 500 }, 'server-error'],
  ])('fails with %i in its own words', (status, body, expected, found) => {
    const error = chroma.readError(status, body);
    expect(error).toMatchObject(expected);
    expect(classifyError(error)).toBe(found);
  });
});
