import { seededRandom, seedFrom, type Random } from '../../base/random.ts';
import type { Millis, Tokens } from '../../base/units.ts';
import type { SimulatedConfig, SimulatedScript } from '../../config/schema/simulated.ts';
import type { WrittenAnswer } from '../../dialects/writing/written-answer.ts';
import type { SimulatedRequest } from './simulated-request.ts';

/** A model that cannot answer, and when it says so. */
interface SimulatedError {
  readonly kind: 'error';
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly after: Millis;
}

interface SimulatedAnswer extends Pick<WrittenAnswer, 'id' | 'pieces' | 'toolCalls' | 'finish' | 'usage'> {
  readonly kind: 'answer';
  readonly firstTokenAfter: Millis;
  readonly tokenEvery: Millis;
}

/** A model at work on a request. */
interface SimulatedWork {
  readonly kind: 'work';
  readonly random: Random;
  readonly prompt: Tokens;
  readonly firstTokenAfter: Millis;
  readonly tokenEvery: Millis;
}

/**
 * Decides the reply. The same configuration, request and sighting give the same reply and the same timing.
 *
 * @param sighting how often this very request was seen before, from 0: a flaky script fails the even ones
 */
export function planReply(
  config: SimulatedConfig,
  request: Pick<SimulatedRequest, 'model' | 'said' | 'asked' | 'maxTokens'>,
  sighting: number,
): SimulatedError | SimulatedAnswer {
  const script = findScript(config.scripts, request.asked);
  const work = beginWork(config, request, sighting, script?.flaky);
  if (work.kind === 'error') return work;
  const { random, prompt, firstTokenAfter, tokenEvery } = work;
  const limit = request.maxTokens ?? Number.POSITIVE_INFINITY;
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
    id: Math.floor(random() * 0xffff_ffff).toString(36),
    pieces,
    toolCalls,
    finish: toolCalls.length > 0 ? 'tool-calls' : pieces.length < all.length ? 'length' : 'stop',
    usage: { input: prompt, output: spoken },
    firstTokenAfter,
    tokenEvery,
  };
}

/** What a model needs to know of a request before it does anything: whether it is there, can take it, and does not fail. */
export function beginWork(
  config: SimulatedConfig,
  { model: name, said }: Pick<SimulatedRequest, 'model' | 'said'>,
  sighting: number,
  flaky = false,
): SimulatedError | SimulatedWork {
  const model = Object.hasOwn(config.models, name) ? config.models[name] : undefined;
  if (!model) return unknownModel(config, name);
  const random = seededRandom(seedFrom(config.seed, name, said, sighting));
  const pace = config.speed === 0 ? 0 : 1 / config.speed;
  const firstTokenAfter = model.firstTokenMs * (0.8 + 0.5 * random()) * pace;
  const prompt = countTokens(said);
  if (prompt > model.contextWindow) {
    const message = `This model's maximum context length is ${model.contextWindow} tokens; your messages have ${prompt}.`;
    return { kind: 'error', status: 400, code: 'context_length_exceeded', message, after: 0 };
  }
  if ((flaky && sighting % 2 === 0) || random() < model.errorRate) {
    const message = 'The simulated model is overloaded. This failure is part of its configuration.';
    return { kind: 'error', status: 503, code: 'overloaded', message, after: firstTokenAfter };
  }
  return { kind: 'work', random, prompt, firstTokenAfter, tokenEvery: (1000 / model.tokensPerSecond) * pace };
}

export function unknownModel({ models }: SimulatedConfig, name: string): SimulatedError {
  const known = Object.keys(models).join(', ');
  const message = `The simulated provider has no model "${name}"; it has ${known}.`;
  return { kind: 'error', status: 404, code: 'model_not_found', message, after: 0 };
}

/** About four characters a token, as for English in the common tokenizers. */
export function countTokens(text: string): Tokens {
  return Math.ceil(text.length / 4);
}

function findScript(scripts: readonly SimulatedScript[], asked: string): SimulatedScript | undefined {
  return scripts.find((script) => asked.includes(script.match));
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
