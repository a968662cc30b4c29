import type { ServerResponse } from 'node:http';
import type { RunId, SpanId } from '../../base/ids.ts';
import type { CallSpan } from '../../journal/run-state.ts';
import type { Address } from './address.ts';
import { refuse, sendJson } from './refuse.ts';

/** A call as the journal has it, with the body of its answer where it has one. */
export type FindDeferred = (
  run: RunId,
  call: SpanId,
) => Promise<{ readonly span: CallSpan; readonly response?: Uint8Array } | undefined>;

/** The answer of a call that was put off, from the journal: 202 while it waits, then what the service said. */
export async function serveDeferred(
  find: FindDeferred,
  response: ServerResponse,
  { run, call }: Extract<Address, { kind: 'deferred' }>,
): Promise<void> {
  const found = await find(run, call);
  if (!found?.span.deferred) {
    const message = `No call ${call} of run ${run} was put off.`;
    return refuse(response, 'http', 404, { code: 'not_found', message });
  }
  const { status, httpStatus, responseHeaders, error } = found.span;
  if (status === 'running') {
    response.setHeader('retry-after', '5');
    return sendJson(response, 202, { id: call, status: 'queued' });
  }
  if (httpStatus === undefined) {
    const message = error?.message ?? `The call ended before it was answered (${status}).`;
    return refuse(response, 'http', 410, { code: 'call_interrupted', message });
  }
  const type = responseHeaders?.['content-type'] ?? 'application/json';
  response.writeHead(httpStatus, { 'content-type': type }).end(found.response);
}
