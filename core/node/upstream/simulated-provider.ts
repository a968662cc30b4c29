import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { seedFrom } from '../../base/random.ts';
import type { SimulatedConfig } from '../../config/schema/simulated.ts';
import { planReply, type ChatRequest, type SimulatedReply } from './simulated-reply.ts';

const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })).min(1),
});

type Answer = Extract<SimulatedReply, { kind: 'answer' }>;

/** Requests remembered before they all count as new again. */
const MOST_SIGHTINGS = 100_000;

/** An OpenAI-compatible server on a loopback port of its own: a real upstream with invented models. */
export async function startSimulatedProvider(
  config: SimulatedConfig,
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const sightings = new Map<string, number>();
  const created = 1_700_000_000 + (seedFrom(config.seed) % 10_000_000);
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => sendError(response, 500, 'internal', error.message));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/v1/models') {
      const data = Object.keys(config.models).map((id) => ({
        id,
        object: 'model',
        created,
        owned_by: 'simulated',
      }));
      return sendJson(response, 200, { object: 'list', data });
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      return sendError(
        response,
        404,
        'not_found',
        `The simulated provider has no ${request.method} ${request.url}.`,
      );
    }
    const text = await readText(request);
    const parsed = requestSchema.safeParse(parseJson(text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return sendError(response, 400, 'invalid_request', `${issue!.path.join('.')}: ${issue!.message}`);
    }
    const key = createHash('sha256').update(text).digest('base64');
    const sighting = sightings.get(key) ?? 0;
    if (sightings.size >= MOST_SIGHTINGS) sightings.clear();
    sightings.set(key, sighting + 1);
    const reply = planReply(config, parsed.data, sighting);
    if (reply.kind === 'error') {
      await sleep(reply.after);
      return sendError(response, reply.status, reply.code, reply.message);
    }
    if (parsed.data.stream) return stream(response, parsed.data, reply, created);
    await sleep(reply.firstTokenAfter + reply.tokenEvery * reply.usage.completion);
    return sendJson(response, 200, completion(parsed.data, reply, created));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/v1`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function completion(request: ChatRequest, reply: Answer, created: number): unknown {
  const content = reply.pieces.join('');
  const message = {
    role: 'assistant',
    content: content === '' ? null : content,
    ...(reply.toolCalls.length > 0 && { tool_calls: reply.toolCalls.map(toolCall) }),
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: reply.finishReason };
  return { ...head(request, reply, created, 'chat.completion'), choices: [choice], usage: usage(reply) };
}

async function stream(
  response: ServerResponse,
  request: ChatRequest,
  reply: Answer,
  created: number,
): Promise<void> {
  const common = head(request, reply, created, 'chat.completion.chunk');
  const send = (delta: object, finish: string | null = null) =>
    response.write(
      `data: ${JSON.stringify({ ...common, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`,
    );
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  await sleep(reply.firstTokenAfter);
  send({ role: 'assistant', content: '' });
  const began = performance.now();
  for (const [index, content] of reply.pieces.entries()) {
    const wait = began + index * reply.tokenEvery - performance.now();
    if (wait > 1) await sleep(wait);
    if (response.destroyed) return;
    send({ content });
  }
  for (const [index, call] of reply.toolCalls.entries()) send({ tool_calls: [{ index, ...toolCall(call) }] });
  send({}, reply.finishReason);
  if (request.stream_options?.include_usage) {
    response.write(`data: ${JSON.stringify({ ...common, choices: [], usage: usage(reply) })}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

function head(request: ChatRequest, reply: Answer, created: number, object: string) {
  return { id: reply.id, object, created, model: request.model };
}

function toolCall(call: Answer['toolCalls'][number]) {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function usage({ usage: { prompt, completion: spoken } }: Answer) {
  return { prompt_tokens: prompt, completion_tokens: spoken, total_tokens: prompt + spoken };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  if (response.headersSent) response.destroy();
  else sendJson(response, status, { error: { message, type, param: null, code } });
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
