import { concat } from '../base/bytes.ts';
import { decodeChanges, lengthOf } from '../journal/columns/columns-document.ts';
import type { Bridge, BridgeRequest } from './bridge.ts';
import type { ApiProblem } from './contract.ts';

/** The one way in which a client talks to the control API, whatever carries it. */
export type ApiFetch = (path: string, init?: ApiRequestInit) => Promise<Response>;

export interface ApiRequestInit {
  readonly method?: BridgeRequest['method'];
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The API's own answer to what it could not do; anything else that goes wrong is a plain Error. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** Of a wrong expression, the place. */
  readonly range: ApiProblem['error']['range'];
  constructor(status: number, { code, message, range }: ApiProblem['error']) {
    super(message);
    this.status = status;
    this.code = code;
    this.range = range;
  }
}

/** The API over HTTP: `origin` like `http://127.0.0.1:4601`, `token` the control token of that start. */
export function httpFetch(origin: string, token: string, fetchImpl: typeof fetch = fetch): ApiFetch {
  return (path, init = {}) =>
    fetchImpl(`${origin}${path}`, {
      method: init.method ?? 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
      ...(init.signal && { signal: init.signal }),
    });
}

/** The API over Electron's IPC. */
export function bridgeFetch(bridge: Bridge): ApiFetch {
  let count = 0;
  return async (path, init = {}) => {
    init.signal?.throwIfAborted();
    const id = `request-${++count}`;
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    let open = true;
    const cancel = () => {
      open = false;
      bridge.cancel(id);
    };
    const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given), cancel });
    const abort = () => {
      if (!open) return;
      cancel();
      controller.error(init.signal?.reason);
    };
    init.signal?.addEventListener('abort', abort, { once: true });
    const request: BridgeRequest = {
      id,
      method: init.method ?? 'GET',
      path,
      ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
    };
    const answered = bridge.request(request, (part) => {
      if (!open) return;
      if (part.kind === 'bytes') return controller.enqueue(part.bytes);
      open = false;
      if (part.kind === 'end') controller.close();
      else controller.error(new Error(part.message));
    });
    const head = await answered.catch((error: unknown) => {
      open = false;
      throw init.signal?.aborted ? init.signal.reason : error;
    });
    const bodiless = head.status === 204;
    return new Response(bodiless ? null : body, {
      status: head.status,
      headers: { 'content-type': head.contentType },
    });
  };
}

/** Asks for one JSON document. Throws `ApiError` with the API's own words where it says no. */
export async function request<Value>(api: ApiFetch, path: string, init?: ApiRequestInit): Promise<Value> {
  const response = await api(path, init);
  if (!response.ok) throw await refusal(response);
  return (response.status === 204 ? undefined : await response.json()) as Value;
}

/** Asks for bytes that come piece by piece. Throws `ApiError` with the API's own words where it says no. */
export async function requestStream(
  api: ApiFetch,
  path: string,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const response = await api(path, signal && { signal });
  if (!response.ok || !response.body) throw await refusal(response);
  return response.body;
}

/** Follows an NDJSON stream of the API, line by line, until it ends or `signal` aborts. */
export async function* follow<Line>(
  api: ApiFetch,
  path: string,
  signal: AbortSignal,
  init: Omit<ApiRequestInit, 'signal'> = {},
): AsyncGenerator<Line> {
  const response = await api(path, { ...init, signal });
  if (!response.ok || !response.body) throw await refusal(response);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as Line;
  }
}

/** Follows the columns of a run, document by document (`columns-document.ts`), until it ends or `signal` aborts. */
export async function* followColumns(
  api: ApiFetch,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<ReturnType<typeof decodeChanges>> {
  const stream = await requestStream(api, path, signal);
  let waiting: Uint8Array = new Uint8Array();
  let document: { readonly bytes: Uint8Array; filled: number } | undefined;
  for await (const piece of stream) {
    let rest: Uint8Array = piece;
    while (rest.length > 0) {
      if (!document) {
        waiting = concat([waiting, rest]);
        rest = waiting;
        const length = lengthOf(waiting);
        if (length === undefined) break;
        document = { bytes: new Uint8Array(length), filled: 0 };
        waiting = new Uint8Array();
      }
      const part = rest.subarray(0, document.bytes.length - document.filled);
      document.bytes.set(part, document.filled);
      document.filled += part.length;
      rest = rest.subarray(part.length);
      if (document.filled < document.bytes.length) continue;
      yield decodeChanges(document.bytes);
      document = undefined;
    }
  }
  if (document || waiting.length > 0) throw new Error('the columns of the run broke off');
}

async function refusal(response: Response): Promise<Error> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as ApiProblem;
    return new ApiError(response.status, error);
  } catch {
    return new Error(
      `the host answered ${response.status} with something that is not its API: ${text.slice(0, 200)}`,
    );
  }
}
