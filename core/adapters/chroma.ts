import { z } from 'zod';
import { readUpstreamError } from '../dialects/errors/upstream-error.ts';
import { parseJson, textAt } from '../dialects/json-access.ts';
import type { CallError } from '../journal/event.ts';
import { defineMapping, defineOperation, type ServiceAdapter } from './service-adapter.ts';

/** `default_tenant` and `default_database` where they are absent. */
interface Place {
  readonly tenant?: string;
  readonly database?: string;
}

interface InCollection extends Place {
  /** By its id. */
  readonly collection: string;
}

type Metadata = Readonly<Record<string, string | number | boolean | null>>;
type Filter = Readonly<Record<string, unknown>>;
type Included = 'documents' | 'embeddings' | 'metadatas' | 'distances' | 'uris';

const DATABASE = '/api/v2/tenants/{tenant}/databases/{database}';
const COLLECTION = `${DATABASE}/collections/{collection}`;

const collectionSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  dimension: z.int().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});
const nothing = z.unknown().transform(() => undefined);
const texts = z.array(z.string().nullable()).nullish();
const metadatas = z.array(z.record(z.string(), z.unknown()).nullable()).nullish();
const vectors = z.array(z.array(z.number()).nullable()).nullish();

export const heartbeat = defineOperation({
  name: 'heartbeat',
  method: 'GET',
  path: '/api/v2/heartbeat',
  write: () => ({}),
  output: z.looseObject({ 'nanosecond heartbeat': z.number() }),
});

export const createCollection = defineOperation({
  name: 'collections.create',
  path: `${DATABASE}/collections`,
  write: ({
    name,
    metadata,
    getOrCreate = false,
    ...place
  }: Place & { readonly name: string; readonly metadata?: Metadata; readonly getOrCreate?: boolean }) => ({
    places: placesOf(place),
    json: { name, metadata, get_or_create: getOrCreate },
  }),
  output: collectionSchema,
});

export const listCollections = defineOperation({
  name: 'collections.list',
  method: 'GET',
  path: `${DATABASE}/collections`,
  answer: { collections: 'count *' },
  write: (place: Place) => ({ places: placesOf(place) }),
  output: z.array(collectionSchema),
});

export const getCollection = defineOperation({
  name: 'collections.get',
  method: 'GET',
  path: COLLECTION,
  write: (input: InCollection) => ({ places: placesIn(input) }),
  output: collectionSchema,
});

export const deleteCollection = defineOperation({
  name: 'collections.delete',
  method: 'DELETE',
  path: COLLECTION,
  write: (input: InCollection) => ({ places: placesIn(input) }),
  output: nothing,
});

const RECORDS = {
  records: 'count ids.*',
  vectors: 'count embeddings.*',
  documents: 'count documents.*',
} as const;

export const add = defineOperation({
  name: 'add',
  path: `${COLLECTION}/add`,
  request: RECORDS,
  write: ({
    ids,
    embeddings,
    documents,
    metadatas,
    ...place
  }: InCollection & {
    readonly ids: readonly string[];
    readonly embeddings: readonly (readonly number[])[];
    readonly documents?: readonly (string | null)[];
    readonly metadatas?: readonly (Metadata | null)[];
  }) => ({ places: placesIn(place), json: { ids, embeddings, documents, metadatas } }),
  output: nothing,
});

export const query = defineOperation({
  name: 'query',
  path: `${COLLECTION}/query`,
  request: { vectors: 'count query_embeddings.*' },
  answer: { results: 'count ids.**' },
  write: ({
    embeddings,
    results = 10,
    where,
    whereDocument,
    include = ['documents', 'metadatas', 'distances'],
    ...place
  }: InCollection & {
    readonly embeddings: readonly (readonly number[])[];
    /** For each of them. */
    readonly results?: number;
    readonly where?: Filter;
    readonly whereDocument?: Filter;
    readonly include?: readonly Included[];
  }) => ({
    places: placesIn(place),
    json: {
      query_embeddings: embeddings,
      n_results: results,
      where,
      where_document: whereDocument,
      include,
    },
  }),
  output: z.looseObject({
    ids: z.array(z.array(z.string())),
    documents: z.array(texts).nullish(),
    metadatas: z.array(metadatas).nullish(),
    embeddings: z.array(vectors).nullish(),
    distances: z.array(z.array(z.number().nullable()).nullish()).nullish(),
  }),
});

export const get = defineOperation({
  name: 'get',
  path: `${COLLECTION}/get`,
  request: { records: 'count ids.*' },
  answer: { results: 'count ids.*', vectors: 'count embeddings.*' },
  write: ({
    ids,
    where,
    whereDocument,
    limit,
    offset,
    include = ['documents', 'metadatas'],
    ...place
  }: InCollection & {
    readonly ids?: readonly string[];
    readonly where?: Filter;
    readonly whereDocument?: Filter;
    readonly limit?: number;
    readonly offset?: number;
    readonly include?: readonly Included[];
  }) => ({
    places: placesIn(place),
    json: { ids, where, where_document: whereDocument, limit, offset, include },
  }),
  output: z.looseObject({ ids: z.array(z.string()), documents: texts, metadatas, embeddings: vectors }),
});

export const remove = defineOperation({
  name: 'delete',
  path: `${COLLECTION}/delete`,
  request: { records: 'count ids.*' },
  write: ({
    ids,
    where,
    whereDocument,
    ...place
  }: InCollection & {
    readonly ids?: readonly string[];
    readonly where?: Filter;
    readonly whereDocument?: Filter;
  }) => ({ places: placesIn(place), json: { ids, where, where_document: whereDocument } }),
  output: nothing,
});

/** Chroma's HTTP API, version 2. https://docs.trychroma.com/reference/server-api, and its `openapi.json` */
export const chroma: ServiceAdapter = {
  name: 'chroma',
  keyHeader: 'x-chroma-token',
  operations: [
    heartbeat,
    createCollection,
    listCollections,
    getCollection,
    deleteCollection,
    add,
    query,
    get,
    remove,
    // These are recognised only.
    defineMapping({ name: 'upsert', path: `${COLLECTION}/upsert`, request: RECORDS }),
    defineMapping({ name: 'update', path: `${COLLECTION}/update`, request: RECORDS }),
    defineMapping({
      name: 'count',
      method: 'GET',
      path: `${COLLECTION}/count`,
      answer: { records: 'value' },
    }),
    defineMapping({ name: 'collections.update', method: 'PUT', path: COLLECTION }),
    defineMapping({
      name: 'collections.count',
      method: 'GET',
      path: `${DATABASE}/collections_count`,
      answer: { collections: 'value' },
    }),
  ],
  readError,
};

/** `{ error: "NotFoundError", message }`, and from older servers `{ error: "ValueError('…')" }`. */
function readError(status: number, body: string): CallError {
  const document = parseJson(body);
  const [error, message] = [textAt(document, 'error'), textAt(document, 'message')];
  const old = /^(\w+)\((['"])([^]*)\2\)$/.exec(error);
  if (old) return { code: old[1]!, message: old[3]!, status };
  if (error === '' || message === '') return readUpstreamError(status, body);
  return { code: error, message, status };
}

function placesOf({ tenant = 'default_tenant', database = 'default_database' }: Place) {
  return { tenant, database };
}

function placesIn({ collection, ...place }: InCollection) {
  return { ...placesOf(place), collection };
}
