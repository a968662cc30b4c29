import { sseEvent } from '../../../core/dialects/sse/write-sse.ts';
import { filling, idOf, inTokens, numberOf, type Said } from './said.ts';

/** Chat Completions as api.openai.com sends them (recorded 2026-07): a whole answer is indented, a stream is filled up. */
const MODEL = 'gpt-4.1-mini-2025-04-14';
const ABOUT = { service_tier: 'default', system_fingerprint: 'fp_d0469e1700' };

function headOf(said: Said) {
  return { id: idOf('chatcmpl-', numberOf(said)), created: 1_782_955_817, model: MODEL };
}

export function wholeChat(said: Said, copies = 1): string {
  const message = {
    role: 'assistant',
    content: said.text ?? null,
    ...(said.calls && { tool_calls: callsOf(said) }),
    refusal: said.refusal ?? null,
    annotations: [],
  };
  const choices = Array.from({ length: copies }, (_, index) => ({
    index,
    message,
    logprobs: copies > 1 ? { content: probabilities(said.text ?? ''), refusal: null } : null,
    finish_reason: finishOf(said),
  }));
  const document = { ...headOf(said), object: 'chat.completion', choices, usage: usageOf(said), ...ABOUT };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** `copies` answers come interleaved, with the probability of each token. */
export function streamedChat(said: Said, includeUsage: boolean, copies = 1): readonly string[] {
  let count = 0;
  const chunk = (choices: readonly object[], usage: object | null = null) =>
    sseEvent({
      ...headOf(said),
      object: 'chat.completion.chunk',
      ...ABOUT,
      choices,
      ...(includeUsage && { usage }),
      obfuscation: filling(count++),
    });
  const each = (delta: object, finish: string | null = null, logprobs: object | null = null) =>
    Array.from({ length: copies }, (_, index) => chunk([{ index, delta, logprobs, finish_reason: finish }]));
  const [first, ...further] = callsOf(said);
  const opening = said.text === undefined && first ? { tool_calls: [begun(first, 0)] } : {};
  const content = said.text === undefined ? (said.refusal === undefined ? null : '') : '';
  const events = each({ role: 'assistant', content, ...opening, refusal: null });
  for (const text of inTokens(said.text ?? '')) {
    const logprobs = copies > 1 ? { content: probabilities(text), refusal: null } : null;
    events.push(...each({ content: text }, null, logprobs));
  }
  for (const refusal of inTokens(said.refusal ?? '')) events.push(...each({ refusal }));
  for (const [index, call] of (first ? [first, ...further] : []).entries()) {
    if (index > 0 || said.text !== undefined) events.push(...each({ tool_calls: [begun(call, index)] }));
    for (const piece of inTokens(call.function.arguments)) {
      events.push(...each({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  events.push(...each({}, finishOf(said)));
  if (includeUsage) events.push(chunk([], usageOf(said)));
  return [...events, sseEvent('[DONE]')];
}

function callsOf({ calls = [] }: Said) {
  return calls.map(({ name, input }, index) => ({
    id: idOf('call_', index),
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
}

function begun(call: ReturnType<typeof callsOf>[number], index: number) {
  return { index, ...call, function: { ...call.function, arguments: '' } };
}

function probabilities(text: string) {
  return inTokens(text).map((token) => {
    const bytes = [...Buffer.from(token)];
    return { token, logprob: -0.25, bytes, top_logprobs: [{ token, logprob: -0.25, bytes }] };
  });
}

function finishOf({ calls, stop }: Said): string {
  if (stop === 'filtered') return 'content_filter';
  return stop ?? (calls ? 'tool_calls' : 'stop');
}

function usageOf({ cached, thoughts }: Said) {
  return {
    prompt_tokens: 1253,
    completion_tokens: 41,
    total_tokens: 1294,
    prompt_tokens_details: { cached_tokens: cached ? 1152 : 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: thoughts === undefined ? 0 : 24,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
