import { readAlong, type ServiceReading } from '../adapters/read-along.ts';
import type { ServiceAdapter } from '../adapters/service-adapter.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Call } from './call.ts';
import { headerOf } from './headers.ts';
import type { UpstreamResponse } from './upstream.ts';
import type { SpanRef } from './work.ts';

/**
 * The answer of a service that is read along by its adapter while the bytes pass as they are: what it was, and what was
 * counted, is in the journal when it has passed, or has broken off. The same answer where the adapter knows no such
 * operation.
 */
export function observeService(
  adapter: ServiceAdapter,
  call: Call,
  response: UpstreamResponse,
  recorder: Recorder,
  span: SpanRef,
): UpstreamResponse {
  const along = readAlong(adapter, {
    method: call.method,
    path: call.path,
    contentType: headerOf(call.headers, 'content-type') ?? '',
    body: call.body,
  });
  if (!along) return response;
  const reading = along({
    contentType: headerOf(response.headers, 'content-type') ?? '',
    encoded: (headerOf(response.headers, 'content-encoding') ?? 'identity') !== 'identity',
  });
  const end = () => recorder.append('service-observed', reading.end(), span);
  return { ...response, body: readBody(response.body, reading, end) };
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  reading: ServiceReading,
  end: () => void,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    for await (const chunk of body) {
      reading.feed(chunk);
      yield chunk;
    }
  } finally {
    end();
  }
}
