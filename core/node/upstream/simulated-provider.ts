import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { seedFrom } from '../../base/random.ts';
import type { SimulatedConfig } from '../../config/schema/simulated.ts';
import { isConversation, type ConversationDialect } from '../../dialects/dialect.ts';
import { errorDocument } from '../../dialects/errors/own-error.ts';
import { describeModel, listModels } from '../../dialects/models/list-models.ts';
import { findOperation } from '../../dialects/operations.ts';
import { writerOf } from '../../dialects/writing/write-answer.ts';
import type { WrittenStream } from '../../dialects/writing/written-answer.ts';
import type { CallError, ModelDialect } from '../../journal/event.ts';
import { embeddingsOf, readEmbeddingRequest } from './simulated-embeddings.ts';
import { beginWork, countTokens, planReply, unknownModel } from './simulated-reply.ts';
import { readSimulatedRequest } from './simulated-request.ts';

/** What ids of answers begin with in each dialect. */
const ID_PREFIXES = {
  'openai-chat': 'chatcmpl-sim-',
  'openai-responses': 'resp_sim_',
  'anthropic-messages': 'msg_sim_',
} as const satisfies Record<ConversationDialect, string>;

/** Requests remembered before they all count as new again. */
const MOST_SIGHTINGS = 100_000;

/** What is said, and how long after the request; or a stream, with the pace of its pieces. */
type Said =
  | { readonly kind: 'document'; readonly after: number; readonly body: object }
  | {
      readonly kind: 'stream';
      readonly after: number;
      readonly every: number;
      readonly stream: WrittenStream;
    }
  | ({ readonly kind: 'error'; readonly after: number } & CallError & { readonly status: number });

/**
 * A server of OpenAI's and Anthropic's API on a loopback port of its own: a real upstream with invented models, that
 * answers chat completions, responses, messages, embeddings, and what its models are and would count.
 */
export async function startSimulatedProvider(
  config: SimulatedConfig,
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const simulation = new Simulation(config);
  const server = createServer((request, response) => {
    const preferred = request.headers['anthropic-version'] === undefined ? 'openai' : 'anthropic';
    answer(request, response, preferred).catch((error: Error) =>
      sendError(response, preferred, { status: 500, code: 'internal', message: error.message }),
    );
  });

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    preferred: ModelDialect,
  ): Promise<void> {
    const { method = '', url = '' } = request;
    const found = findSimulated(method, url, preferred);
    if (!found) {
      const message = `The simulated provider has no ${method} ${url}.`;
      return sendError(response, preferred, { status: 404, code: 'not_found', message });
    }
    const said = simulation.answer(found, await textOf(request));
    await sleep(said.after);
    switch (said.kind) {
      case 'error':
        return sendError(response, found.family, said);
      case 'document':
        return sendJson(response, 200, JSON.stringify(said.body));
      case 'stream':
        return sendStream(response, said.stream, said.every);
    }
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

type Found = NonNullable<ReturnType<typeof findSimulated>>;

/** Both families are below one base: what is in both is meant as the client's headers say. */
function findSimulated(method: string, url: string, preferred: ModelDialect) {
  const { pathname } = new URL(url, 'http://simulated');
  if (!pathname.startsWith('/v1/')) return undefined;
  const families =
    preferred === 'openai' ? (['openai', 'anthropic'] as const) : (['anthropic', 'openai'] as const);
  for (const family of families) {
    const found = findOperation(family, method, pathname.slice('/v1'.length));
    if (found) return { ...found, family };
  }
  return undefined;
}

/** What the models say, and how often they were asked. */
class Simulation {
  private readonly config: SimulatedConfig;
  private readonly created: number;
  private readonly sightings = new Map<string, number>();

  constructor(config: SimulatedConfig) {
    this.config = config;
    this.created = 1_700_000_000 + (seedFrom(config.seed) % 10_000_000);
  }

  answer({ operation, model, family }: Found, body: string): Said {
    const { config, created } = this;
    const { dialect } = operation;
    if (isConversation(dialect)) return this.converse(dialect, body);
    switch (dialect) {
      case 'openai-embeddings':
        return this.embed(body);
      case 'anthropic-count-tokens':
        return this.count(body);
      case 'openai-models':
      case 'anthropic-models': {
        const names = Object.keys(config.models);
        if (model === undefined) return document(listModels(family, names, created));
        return names.includes(model)
          ? document(describeModel(family, model, created))
          : unknownModel(config, model);
      }
    }
  }

  private converse(dialect: ConversationDialect, body: string): Said {
    const request = readSimulatedRequest(dialect, body);
    if (!request.ok) return invalid(request.error);
    const { model, stream, includeUsage } = request.value;
    const reply = planReply(this.config, request.value, this.see(body));
    if (reply.kind === 'error') return reply;
    const { firstTokenAfter, tokenEvery, ...rest } = reply;
    const id = ID_PREFIXES[dialect] + reply.id;
    const written = { ...rest, id, model, created: this.created, includeUsage };
    const writer = writerOf(dialect);
    if (stream) {
      return { kind: 'stream', after: firstTokenAfter, every: tokenEvery, stream: writer.stream(written) };
    }
    return document(writer.document(written), firstTokenAfter + tokenEvery * reply.usage.output);
  }

  private embed(body: string): Said {
    const request = readEmbeddingRequest(body);
    if (!request.ok) return invalid(request.error);
    const work = beginWork(this.config, request.value, this.see(body));
    if (work.kind === 'error') return work;
    return document(embeddingsOf(this.config.seed, request.value, work.prompt), work.firstTokenAfter);
  }

  private count(body: string): Said {
    const request = readSimulatedRequest('anthropic-count-tokens', body);
    if (!request.ok) return invalid(request.error);
    const { model, said } = request.value;
    if (!Object.hasOwn(this.config.models, model)) return unknownModel(this.config, model);
    return document({ input_tokens: countTokens(said) });
  }

  /** How often this very request was seen before. */
  private see(body: string): number {
    const key = createHash('sha256').update(body).digest('base64');
    const sighting = this.sightings.get(key) ?? 0;
    if (this.sightings.size >= MOST_SIGHTINGS) this.sightings.clear();
    this.sightings.set(key, sighting + 1);
    return sighting;
  }
}

function document(body: object, after = 0): Said {
  return { kind: 'document', body, after };
}

function invalid(message: string): Said {
  return { kind: 'error', status: 400, code: 'invalid_request', message, after: 0 };
}

async function sendStream(
  response: ServerResponse,
  { begin, pieces, end }: WrittenStream,
  every: number,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.write(begin);
  const began = performance.now();
  for (const [index, piece] of pieces.entries()) {
    const wait = began + index * every - performance.now();
    if (wait > 1) await sleep(wait);
    if (response.destroyed) return;
    response.write(piece);
  }
  response.end(end);
}

function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

function sendError(
  response: ServerResponse,
  family: ModelDialect,
  error: CallError & { readonly status: number },
): void {
  const { status, code, message } = error;
  if (response.headersSent) response.destroy();
  else sendJson(response, status, errorDocument(family, status, { code, message }));
}
