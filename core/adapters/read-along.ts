import { concat } from '../base/bytes.ts';
import { isTooDeep, parseJson } from '../dialects/json-access.ts';
import { readMultipart } from './multipart.ts';
import type { Measures, OperationMapping, ServiceAdapter } from './service-adapter.ts';

/** Larger bodies pass unread; only their bytes are counted. */
const LARGEST_READ = 8 * 1024 * 1024;

export interface SeenRequest {
  readonly method: string;
  /** Below the endpoint, without the query. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** What a call was, and what of it was counted. */
interface ServiceObservation {
  readonly operation: string;
  /** Of the request and the answer together; what is not known is not there. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Reads along one answer. */
export interface ServiceReading {
  feed(chunk: Uint8Array): void;
  end(): ServiceObservation;
}

/** Nothing where the adapter knows no such operation: then nothing is read. */
export function readAlong(
  adapter: ServiceAdapter,
  request: SeenRequest,
): ((answer: { readonly contentType: string; readonly encoded: boolean }) => ServiceReading) | undefined {
  const { method, path } = request;
  const operation = adapter.operations.find((one) => one.method === method && one.path.matches(path));
  return operation && ((answer) => read(operation, request, answer));
}

function read(
  operation: OperationMapping,
  request: SeenRequest,
  answer: { readonly contentType: string; readonly encoded: boolean },
): ServiceReading {
  const isRead = !answer.encoded && answer.contentType.includes('json');
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    feed(chunk) {
      length += chunk.length;
      if (!isRead) return;
      if (length <= LARGEST_READ) chunks.push(chunk);
      else chunks.length = 0;
    },
    end() {
      const said = length <= LARGEST_READ && isRead ? jsonOf(concat(chunks)) : undefined;
      return {
        operation: operation.name,
        counts: {
          ...counted(operation.request, documentOf(request)),
          ...counted(operation.answer, said),
          sentBytes: request.body.length,
          receivedBytes: length,
        },
      };
    },
  };
}

function documentOf({ body, contentType }: SeenRequest): unknown {
  const parts = readMultipart(body, contentType);
  if (!parts) return body.length <= LARGEST_READ ? jsonOf(body) : undefined;
  const fields: Record<string, unknown[]> = Object.create(null) as Record<string, unknown[]>;
  for (const { name, filename, content } of parts) {
    const value =
      filename === undefined ? new TextDecoder().decode(content) : { filename, bytes: content.length };
    (fields[name] ??= []).push(value);
  }
  return fields;
}

function jsonOf(body: Uint8Array): unknown {
  const document = parseJson(new TextDecoder().decode(body));
  return isTooDeep(document) ? undefined : document;
}

function counted(measures: Measures, document: unknown): Record<string, number> {
  if (document === undefined) return {};
  const figures = Object.entries(measures).map(([word, measure]) => [word, measure(document)] as const);
  return Object.fromEntries(figures.filter((figure): figure is [string, number] => figure[1] !== undefined));
}
