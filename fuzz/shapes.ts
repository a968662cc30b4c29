import { fieldAt, isObject, objectAt, parseJson, textAt } from '../core/dialects/json-access.ts';
import { decodeWire } from './mutate-protobuf.ts';
import type { WireAnswer } from './wire-client.ts';

/** How a protocol says no: the shape that its clients read. */
export type Shape = 'openai' | 'anthropic' | 'http' | 'otlp' | 'mcp' | 'any';

/** What is wrong with an answer, in words; nothing where it is lawful. The upstream behind the host never says no. */
export function problemOf({ status, headers, body }: WireAnswer, shape: Shape): string | undefined {
  if (status < 200 || status >= 600) return `the status is ${status}`;
  if (status >= 500) return `${status}: ${body.toString('utf8', 0, 200)}`;
  if (status < 400) return undefined;
  // To HEAD the same is said without the body.
  if (shape === 'any' && body.length === 0 && isJson(headers)) return undefined;
  const fits = shape === 'any' ? ANY.some((one) => CHECKS[one](body, headers)) : CHECKS[shape](body, headers);
  return fits ? undefined : `${status} is not in the shape of ${shape}: ${body.toString('utf8', 0, 200)}`;
}

type Headers = WireAnswer['headers'];
type Check = (body: Buffer, headers: Headers) => boolean;

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isJson = (headers: Headers) => /^application\/json\b/.test(headers.get('content-type') ?? '');
const document = (body: Buffer) => parseJson(body.toString('utf8'));

const CHECKS: Readonly<Record<Exclude<Shape, 'any'>, Check>> = {
  openai(body, headers) {
    const error = objectAt(document(body), 'error');
    return isJson(headers) && isText(error?.['message']) && isText(error?.['type']);
  },
  anthropic(body, headers) {
    const answer = document(body);
    const error = objectAt(answer, 'error');
    return (
      isJson(headers) &&
      textAt(answer, 'type') === 'error' &&
      isText(error?.['message']) &&
      isText(error?.['type'])
    );
  },
  http(body, headers) {
    const error = objectAt(document(body), 'error');
    return isJson(headers) && isText(error?.['message']) && isText(error?.['code']);
  },
  otlp(body, headers) {
    if (isJson(headers)) return isStatus(document(body));
    if (headers.get('content-type') !== 'application/x-protobuf') return false;
    const [code, message] = decodeWire(body);
    return code?.[0] === 1 && typeof code[1] === 'bigint' && message?.[0] === 2;
  },
  mcp(body, headers) {
    const answer = document(body);
    const error = objectAt(answer, 'error');
    return (
      isJson(headers) &&
      textAt(answer, 'jsonrpc') === '2.0' &&
      isObject(answer) &&
      'id' in answer &&
      Number.isInteger(error?.['code']) &&
      isText(error?.['message'])
    );
  },
};
const ANY = ['openai', 'anthropic', 'http', 'otlp', 'mcp'] as const;

/** A google.rpc.Status. */
function isStatus(answer: unknown): boolean {
  return Number.isInteger(fieldAt(answer, 'code')) && isText(fieldAt(answer, 'message'));
}
