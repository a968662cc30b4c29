/** An OpenAI-compatible server that sends exactly the bytes it was told, when it was told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent one by one, each as one write. */
  readonly chunks: readonly (string | Uint8Array)[];
  /** Before the status line. */
  readonly delayMillis?: number;
  /** Between two chunks. */
  readonly pauseMillis?: number;
  /** Breaks the connection after the last chunk instead of ending the answer. */
  readonly breakOff?: boolean;
  /** Says nothing more after the last chunk, and leaves the answer open. */
  readonly standStill?: boolean;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were on the wire. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** When it came, and when the client left before the answer was complete; by `performance.now()`. */
  readonly at: number;
  goneAt?: number;
}

export interface ScriptedUpstream {
  /** Base URL as an SDK would be given it, with `/v1`. */
  readonly baseUrl: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

export async function startScriptedUpstream(
  script: (request: SeenRequest, index: number) => ScriptedAnswer,
): Promise<ScriptedUpstream> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    for await (const text of request) body += text;
    const { method = '', url = '', headers, rawHeaders } = request;
    const entry: SeenRequest = { method, path: url, headers, rawHeaders, body, at: performance.now() };
    seen.push(entry);
    response.on('close', () => {
      if (!response.writableFinished) entry.goneAt = performance.now();
    });
    await answer(response, script(entry, seen.length - 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(response: ServerResponse, scripted: ScriptedAnswer): Promise<void> {
  const { status = 200, headers = {}, chunks, delayMillis, pauseMillis, breakOff, standStill } = scripted;
  if (delayMillis) await sleep(delayMillis, undefined, { ref: false });
  const lists = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
  response.writeHead(status, { 'content-type': 'application/json', ...Object.fromEntries(lists) });
  response.flushHeaders();
  for (const [index, chunk] of chunks.entries()) {
    if (index > 0 && pauseMillis) await sleep(pauseMillis);
    response.write(chunk);
  }
  if (standStill) return;
  if (breakOff) response.socket?.resetAndDestroy();
  else response.end();
}

export const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8' };

/** A streamed chat completion as OpenAI sends it, one event a word. */
export function streamedCompletion(model: string, words: readonly string[]): readonly string[] {
  const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model };
  const event = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const usage = { prompt_tokens: 7, completion_tokens: words.length, total_tokens: 7 + words.length };
  return [
    event({ role: 'assistant', content: '' }),
    ...words.map((content) => event({ content })),
    event({}, 'stop'),
    `data: ${JSON.stringify({ ...base, choices: [], usage })}\n\n`,
    'data: [DONE]\n\n',
  ];
}

export function wholeCompletion(model: string, content: string): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  });
}

/** The configuration that makes this upstream the only member of the pool `scripted`, as the model `raw`. */
export function configFor(baseUrls: readonly string[]): string {
  const parts = baseUrls.flatMap((url, index) => [
    `[providers.up${index}]\nendpoint = "${url}"`,
    `[instances.up${index}]\nprovider = "up${index}"\nmodel = "raw"`,
  ]);
  const members = baseUrls.map((_, index) => `"up${index}"`).join(', ');
  return [...parts, `[pools.scripted]\ninstances = [${members}]`, ''].join('\n\n');
}
