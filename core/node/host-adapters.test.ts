import { afterEach, describe, expect, it } from 'vitest';
import { add, createCollection, get, query } from '../adapters/chroma.ts';
import type { ServiceOperation } from '../adapters/service-adapter.ts';
import { partition } from '../adapters/unstructured.ts';
import { poolOf, recordedCall } from './test-calls.ts';
import { createTestBench, type TestHost } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

function provider(name: string, endpoint: string, category: string, rest: string): string {
  return `[providers.${name}]\nendpoint = "${endpoint}"\ncategory = "${category}"\n${rest}\n[instances.${name}]\nprovider = "${name}"\n`;
}

interface Asked {
  readonly name?: string;
  readonly ids: readonly string[];
  readonly embeddings: readonly (readonly number[])[];
  readonly query_embeddings: readonly unknown[];
}

/** Asks a service behind a host as its adapter says. */
async function ask<Input, Output>(
  host: TestHost,
  service: string,
  operation: ServiceOperation<Input, Output>,
  input: Input,
) {
  const { method, path, contentType, body } = operation.toRequest(input);
  const response = await fetch(`${host.dataPlane}/services/${service}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${host.services.info().clientToken}`,
      ...(contentType !== undefined && { 'content-type': contentType }),
    },
    body: (body as Uint8Array<ArrayBuffer> | undefined) ?? null,
  });
  const text = await response.text();
  const { call, attempts } = await recordedCall(host, response);
  return { status: response.status, text, result: operation.readAnswer(text), call, attempts };
}

const element = (text: string, page_number: number) => ({
  type: 'NarrativeText',
  element_id: text,
  text,
  metadata: { filename: 'a.pdf', page_number },
});

describe('Unstructured behind its adapter', () => {
  it('is passed through byte for byte, and read along where it was asked and where it failed', async () => {
    process.env['TEST_UNSTRUCTURED_KEY'] = 'unstructured-key-0123456789';
    const answer = JSON.stringify([element('one', 1), element('two', 1), element('three', 2)]);
    const busy = await bench.upstream((_, response) =>
      response
        .writeHead(503, { 'content-type': 'application/json' })
        .end('{"detail":"Server is under heavy load."}'),
    );
    const ready = await bench.upstream((_, response) =>
      response.setHeader('content-type', 'application/json').end(answer),
    );
    const rest = 'adapter = "unstructured"\napi_key_env = "TEST_UNSTRUCTURED_KEY"';
    const host = await bench.host(
      provider('busy', busy.endpoint.replace('/v1', ''), 'document', rest) +
        provider('ready', ready.endpoint.replace('/v1', ''), 'document', rest) +
        poolOf('parsers', 'busy', 'ready'),
    );
    const file = { name: 'a.pdf', content: new TextEncoder().encode('%PDF-1.7') };
    const { status, text, result, attempts } = await ask(host, 'parsers', partition, { files: [file] });
    expect([status, text]).toEqual([200, answer]);
    expect(result).toMatchObject({
      ok: true,
      value: [[{ text: 'one' }, { text: 'two' }, { text: 'three' }]],
    });
    expect(ready.requests[0]!.url).toBe('/general/v0/general');
    expect(ready.requests[0]!.headers).toMatchObject({
      'unstructured-api-key': 'unstructured-key-0123456789',
    });
    expect(ready.requests[0]!.headers).not.toHaveProperty('authorization');
    const sentBytes = ready.bodies[0]!.length;
    expect(attempts.map(({ instance, service, error }) => ({ instance, service, error }))).toEqual([
      {
        instance: 'busy',
        service: {
          operation: 'partition',
          counts: { documents: 1, documentBytes: 8, sentBytes, receivedBytes: 40 },
        },
        error: { code: 'http_503', message: 'Server is under heavy load.', status: 503 },
      },
      {
        instance: 'ready',
        service: {
          operation: 'partition',
          counts: {
            documents: 1,
            documentBytes: 8,
            elements: 3,
            pages: 2,
            sentBytes,
            receivedBytes: answer.length,
          },
        },
        error: undefined,
      },
    ]);
  });
});

describe('Chroma behind its adapter', () => {
  it('has its operations and what they count in the journal, and its errors in its words', async () => {
    const stored = new Map<string, readonly number[]>();
    const chroma = await bench.upstream((request, response, body) => {
      const answer = (value: unknown, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      const asked = body === '' ? undefined : (JSON.parse(body) as Asked);
      const what = request.url!.split('/').at(-1);
      switch (what) {
        case 'collections':
          return answer({ id: 'c1', name: asked!.name, metadata: null, dimension: null });
        case 'add':
          for (const [index, id] of asked!.ids.entries()) {
            stored.set(id, asked!.embeddings[index]!);
          }
          return answer({}, 201);
        case 'query':
          return answer({ ids: asked!.query_embeddings.map(() => [...stored.keys()]) });
        default:
          return answer({ error: 'NotFoundError', message: 'Collection c2 does not exist.' }, 404);
      }
    });
    const host = await bench.host(
      provider('store', chroma.endpoint.replace('/v1', ''), 'vector-db', 'adapter = "chroma"'),
    );
    const made = await ask(host, 'store', createCollection, { name: 'docs' });
    expect(made.result).toMatchObject({ ok: true, value: { id: 'c1', name: 'docs' } });
    expect(made.attempts[0]?.service?.operation).toBe('collections.create');
    const embeddings = [
      [1, 0],
      [0, 1],
      [1, 1],
    ];
    const added = await ask(host, 'store', add, { collection: 'c1', ids: ['a', 'b', 'c'], embeddings });
    expect(added.status).toBe(201);
    expect(added.attempts[0]?.service).toMatchObject({
      operation: 'add',
      counts: { records: 3, vectors: 3, receivedBytes: 2 },
    });
    const found = await ask(host, 'store', query, { collection: 'c1', embeddings: embeddings.slice(1) });
    expect(found.result).toMatchObject({
      value: {
        ids: [
          ['a', 'b', 'c'],
          ['a', 'b', 'c'],
        ],
      },
    });
    expect(found.attempts[0]?.service).toMatchObject({
      operation: 'query',
      counts: { vectors: 2, results: 6 },
    });
    const missing = await ask(host, 'store', get, { collection: 'c2', ids: ['a'] });
    expect(missing.status).toBe(404);
    expect(missing.call.error).toEqual({
      code: 'NotFoundError',
      message: 'Collection c2 does not exist.',
      status: 404,
    });
    expect(missing.attempts[0]?.service).toMatchObject({ operation: 'get', counts: { records: 1 } });
  });
});

describe('a service', () => {
  const answer = '{"hits":[1,2],"took":3}';
  const post = (host: TestHost, path: string) =>
    fetch(`${host.dataPlane}/services/graph${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"q":"x"}',
    });
  const start = async (rest: string) => {
    const upstream = await bench.upstream((_, response) =>
      response.setHeader('content-type', 'application/json').end(answer),
    );
    return bench.host(provider('graph', upstream.endpoint, 'knowledge-graph', rest));
  };

  it('can have operations of its own', async () => {
    const host = await start(
      '[providers.graph.operations.search]\npath = "/indexes/{index}/search"\nanswer = { results = "count hits.*", tookMs = "value took" }',
    );
    const response = await post(host, '/indexes/a/search');
    expect(await response.text()).toBe(answer);
    const { attempts } = await recordedCall(host, response);
    expect(attempts[0]?.service).toMatchObject({ operation: 'search', counts: { results: 2, tookMs: 3 } });
    const other = await recordedCall(host, await post(host, '/indexes/a'));
    expect(other.attempts[0]).not.toHaveProperty('service');
  });

  it('is not read where nobody said how', async () => {
    const host = await start('');
    const { attempts } = await recordedCall(host, await post(host, '/indexes/a/search'));
    expect(attempts[0]).not.toHaveProperty('service');
  });
});
