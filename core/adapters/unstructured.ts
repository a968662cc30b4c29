import { z } from 'zod';
import { readUpstreamError } from '../dialects/errors/upstream-error.ts';
import { defineOperation, type ServiceAdapter } from './service-adapter.ts';

/** What a document consists of, in its order; there is more in `metadata` than is read here. */
const element = z.looseObject({
  type: z.string(),
  element_id: z.string(),
  text: z.string(),
  metadata: z.looseObject({
    filename: z.string().optional(),
    filetype: z.string().optional(),
    page_number: z.int().optional(),
  }),
});

export interface PartitionInput {
  readonly files: readonly { readonly name: string; readonly type?: string; readonly content: Uint8Array }[];
  /** `auto`, `fast`, `hi_res`, `ocr_only`; further fields of the form as the API has them. */
  readonly strategy?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/**
 * `POST /general/v0/general`: documents become lists of elements. One file gives one list, several give one each.
 * https://docs.unstructured.io/api-reference/partition/api-parameters
 */
export const partition = defineOperation({
  name: 'partition',
  path: '/general/v0/general',
  request: { documents: 'count files.*', documentBytes: 'sum files.*.bytes' },
  answer: { elements: 'count **', pages: 'distinct **.metadata.filename,page_number' },
  write({ files, strategy, fields = {} }: PartitionInput) {
    const texts = { ...(strategy !== undefined && { strategy }), ...fields };
    return {
      form: [
        ...files.map(({ name, type = 'application/octet-stream', content }) => ({
          name: 'files',
          filename: name,
          contentType: type,
          content,
        })),
        ...Object.entries(texts).map(([name, value]) => ({ name, content: new TextEncoder().encode(value) })),
      ],
    };
  },
  output: z.union([z.array(element).transform((list) => [list]), z.array(z.array(element))]),
});

const healthcheck = defineOperation({
  name: 'healthcheck',
  method: 'GET',
  path: '/healthcheck',
  write: () => ({}),
  output: z.looseObject({ healthcheck: z.string() }),
});

/** Unstructured's partition API. Its errors are FastAPI's `{ detail }`. */
export const unstructured: ServiceAdapter = {
  name: 'unstructured',
  keyHeader: 'unstructured-api-key',
  operations: [partition, healthcheck],
  readError: readUpstreamError,
};
