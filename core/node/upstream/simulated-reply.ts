import { seededRandom, seedFrom } from '../../base/random.ts';
import type { Millis } from '../../base/units.ts';
import type { SimulatedConfig, SimulatedScript } from '../../config/schema/simulated.ts';

/** The part of a chat completion request that the simulated models look at. */
export interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean | undefined;
  readonly stream_options?: { readonly include_usage?: boolean | undefined } | null | undefined;
  readonly max_tokens?: number | null | undefined;
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
}

interface SimulatedToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** What a simulated model is going to say, and when. */
export type SimulatedReply =
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly after: Millis;
    }
  | {
      readonly kind: 'answer';
      readonly id: string;
      /** The text in the pieces in which it is generated. */
      readonly pieces: readonly string[];
      readonly toolCalls: readonly SimulatedToolCall[];
      readonly finishReason: 'stop' | 'length' | 'tool_calls';
      readonly usage: { readonly prompt: number; readonly completion: number };
      readonly firstTokenAfter: Millis;
      readonly tokenEvery: Millis;
    };

/**
 * Decides the reply. The same configuration, request and sighting give the same reply and the same timing.
 *
 * @param sighting how often this very request was seen before, from 0: a flaky script fails the even ones
 */
export function planReply(config: SimulatedConfig, request: ChatRequest, sighting: number): SimulatedReply {
  const model = config.models[request.model];
  if (!model) {
    const known = Object.keys(config.models).join(', ');
    const message = `The simulated provider has no model "${request.model}"; it has ${known}.`;
    return { kind: 'error', status: 404, code: 'model_not_found', message, after: 0 };
  }
  const random = seededRandom(
    seedFrom(config.seed, request.model, JSON.stringify(request.messages), sighting),
  );
  const pace = config.speed === 0 ? 0 : 1 / config.speed;
  const firstTokenAfter = model.firstTokenMs * (0.8 + 0.5 * random()) * pace;
  const prompt = countTokens(JSON.stringify(request.messages));
  if (prompt > model.contextWindow) {
    const message = `This model's maximum context length is ${model.contextWindow} tokens; your messages have ${prompt}.`;
    return { kind: 'error', status: 400, code: 'context_length_exceeded', message, after: 0 };
  }
  const script = findScript(config.scripts, request);
  if ((script?.flaky && sighting % 2 === 0) || random() < model.errorRate) {
    const message = 'The simulated model is overloaded. This failure is part of its configuration.';
    return { kind: 'error', status: 503, code: 'overloaded', message, after: firstTokenAfter };
  }
  const limit = request.max_tokens ?? Number.POSITIVE_INFINITY;
  const all = splitPieces(script ? script.reply : ramble(random));
  const pieces = all.slice(0, limit);
  const toolCalls = (script?.toolCalls ?? []).map((call, index) => ({
    id: `call_${seedFrom(config.seed, request.model, sighting, index, call.name).toString(36)}`,
    name: call.name,
    arguments: JSON.stringify(call.arguments),
  }));
  const spoken = pieces.length + toolCalls.reduce((sum, call) => sum + countTokens(call.arguments) + 8, 0);
  return {
    kind: 'answer',
    id: `chatcmpl-sim-${Math.floor(random() * 0xffff_ffff).toString(36)}`,
    pieces,
    toolCalls,
    finishReason: toolCalls.length > 0 ? 'tool_calls' : pieces.length < all.length ? 'length' : 'stop',
    usage: { prompt, completion: spoken },
    firstTokenAfter,
    tokenEvery: (1000 / model.tokensPerSecond) * pace,
  };
}

/** About four characters a token, as for English in the common tokenizers. */
function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function findScript(scripts: readonly SimulatedScript[], request: ChatRequest): SimulatedScript | undefined {
  const newest = request.messages.findLast((message) => message.role === 'user');
  const text = typeof newest?.content === 'string' ? newest.content : JSON.stringify(newest?.content ?? '');
  return scripts.find((script) => text.includes(script.match));
}

function splitPieces(text: string): readonly string[] {
  return text.match(/\s*\S+/g) ?? [];
}

const WORDS =
  'the signal shows a queue of calls while every train keeps its place and no token is lost between two stations because the journal remembers what the operator saw'.split(
    ' ',
  );

function ramble(random: () => number): string {
  const length = 20 + Math.floor(random() * 60);
  return `${Array.from({ length }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ')}.`;
}
