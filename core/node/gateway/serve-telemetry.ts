import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Runs } from '../runs.ts';
import type { Address } from './address.ts';
import { headersOf } from './identify-call.ts';
import { LARGEST_EXPORT, readDecodedBody } from './read-body.ts';
import { noSuchRun, refuse, refuseBody } from './refuse.ts';

export interface TelemetryPorts {
  readonly runs: Runs;
  /** Resolves when what was recorded so far is committed. */
  readonly flush: () => Promise<void>;
}

const MEDIA_TYPES = ['application/json', 'application/x-protobuf'];

/** An OTLP/HTTP export is kept as it arrives; its 200 is sent after its commit, in its own media type. */
export async function serveTelemetry(
  { runs, flush }: TelemetryPorts,
  request: IncomingMessage,
  response: ServerResponse,
  address: Extract<Address, { kind: 'telemetry' }>,
): Promise<void> {
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  if (request.method !== 'POST' || !MEDIA_TYPES.includes(contentType)) {
    const message = `OTLP/HTTP is POST with ${MEDIA_TYPES.join(' or ')}.`;
    return refuse(response, 'openai', 415, { code: 'unsupported_media_type', message });
  }
  const body = await readDecodedBody(request, LARGEST_EXPORT);
  if (!body.ok) return refuseBody(response, 'openai', body.error, LARGEST_EXPORT);
  const run = runs.attribute(address.run, headersOf(request))?.run;
  if (!run) return refuse(response, 'openai', 404, noSuchRun());
  const { recorder } = run;
  run.lastActivity = performance.now();
  recorder.append('telemetry-received', {
    signal: address.signal,
    contentType,
    body: recorder.keepBody(body.value),
  });
  await flush();
  response.writeHead(200, { 'content-type': contentType });
  response.end(contentType === 'application/json' ? '{}' : '');
}
