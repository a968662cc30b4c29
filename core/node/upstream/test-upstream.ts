import { connectionOptionsSchema, type ConnectionOptions } from '../../config/schema/connections.ts';
import type { UpstreamRequest, UpstreamResponse } from '../../scheduling/upstream.ts';
import { createHttpUpstream, type HttpUpstream } from './http-upstream.ts';
import type { ConnectionSettings } from './way.ts';

export interface UpstreamUnderTest {
  readonly upstream: HttpUpstream;
  send(url: string, more?: Partial<UpstreamRequest>): ReturnType<HttpUpstream['send']>;
  /** The text of the answer; throws where there is none. */
  ask(url: string, more?: Partial<UpstreamRequest>): Promise<string>;
}

/** The real upstream with these settings over the defaults. */
export function upstreamWith(
  options: Partial<ConnectionOptions> = {},
  more: Partial<ConnectionSettings> = {},
): UpstreamUnderTest {
  const host = { ...connectionOptionsSchema.parse({}), ...options };
  const upstream = createHttpUpstream({ host, providers: {}, authorities: new Map(), env: {}, ...more });
  const send: UpstreamUnderTest['send'] = (url, request = {}) =>
    upstream.send({
      provider: 'any',
      method: 'POST',
      url,
      headers: [],
      connectTimeoutMs: 5_000,
      signal: new AbortController().signal,
      ...request,
    });
  return {
    upstream,
    send,
    async ask(url, request) {
      const sent = await send(url, request);
      if (!sent.ok) throw new Error(sent.error.message);
      return textOf(sent.value);
    },
  };
}

export async function textOf({ body }: UpstreamResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
