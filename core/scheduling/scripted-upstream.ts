import { Cancellation } from '../base/cancellation.ts';
import { fail, ok } from '../base/result.ts';
import type { Reply } from './reply.ts';
import type { HeaderList, Upstream, UpstreamFailure, UpstreamRequest } from './upstream.ts';

/** What the scripted upstream does with one request. */
export type Step =
  | { readonly fail: UpstreamFailure['code'] }
  | {
      readonly status?: number;
      readonly headers?: HeaderList;
      readonly chunks: readonly string[];
      /** The connection breaks off after the chunks. */
      readonly cut?: boolean;
    };

/** An upstream that does what the script says, one step a request, and remembers what it was sent. */
export function scriptedUpstream(
  steps: readonly Step[],
): Upstream & { readonly requests: readonly UpstreamRequest[] } {
  const requests: UpstreamRequest[] = [];
  const encoder = new TextEncoder();
  return {
    requests,
    async send(request) {
      const step = steps[requests.push(request) - 1];
      if (!step) throw new Error('the script has no more steps');
      if ('fail' in step) return fail({ code: step.fail, message: `scripted ${step.fail}` });
      async function* body() {
        for (const chunk of step && 'chunks' in step ? step.chunks : []) yield encoder.encode(chunk);
        if (step && 'cut' in step && step.cut) throw new Error('scripted cut');
      }
      const headers = step.headers ?? [['content-type', 'application/json']];
      return ok({ status: step.status ?? 200, headers, body: body() });
    },
  };
}

/** A client that keeps what it is given, and can leave. */
export function collectingReply(): Reply & {
  readonly status: () => number | undefined;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly text: () => string;
  readonly ending: () => 'open' | 'ended' | 'reset';
  leave(): void;
} {
  const decoder = new TextDecoder();
  const gone = new Cancellation();
  let status: number | undefined;
  let headers: HeaderList = [];
  let text = '';
  let end: 'open' | 'ended' | 'reset' = 'open';
  return {
    gone,
    start(given, list) {
      if (status !== undefined) throw new Error('a reply starts once');
      status = given;
      headers = list;
    },
    async write(chunk) {
      if (status === undefined || end !== 'open')
        throw new Error('written before the start or after the end');
      text += decoder.decode(chunk, { stream: true });
    },
    end: () => void (end = 'ended'),
    reset: () => void (end = 'reset'),
    status: () => status,
    headers: () => Object.fromEntries(headers),
    text: () => text,
    ending: () => end,
    leave: () => gone.abort(),
  };
}
