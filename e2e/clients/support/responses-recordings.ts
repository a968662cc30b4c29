import { typedEvent } from '../../../core/dialects/sse/write-sse.ts';
import { filling, idOf, inTokens, numberOf, type Said } from './said.ts';

/** The Responses API as api.openai.com speaks it (recorded 2026-08): numbered, filled-up events, each item told twice. */
type Item = { readonly id: string; readonly type: string; readonly [more: string]: unknown };

export function wholeResponse(said: Said): string {
  return `${JSON.stringify(response(said, endOf(said), itemsOf(said)), undefined, 2)}\n`;
}

export function streamedResponse(said: Said): readonly string[] {
  const events: string[] = [];
  const say = (type: string, more: object) =>
    void events.push(typedEvent({ type, sequence_number: events.length, ...more }));
  say('response.created', { response: response(said, 'in_progress', []) });
  say('response.in_progress', { response: response(said, 'in_progress', []) });
  for (const [output_index, item] of itemsOf(said).entries()) {
    const at = { item_id: item.id, output_index };
    say('response.output_item.added', { output_index, item: unfilled(item) });
    if (item.type === 'reasoning') {
      const inner = { ...at, summary_index: 0 };
      const part = { type: 'summary_text', text: said.thoughts };
      say('response.reasoning_summary_part.added', { ...inner, part: { ...part, text: '' } });
      for (const [index, delta] of inTokens(said.thoughts ?? '').entries()) {
        say('response.reasoning_summary_text.delta', { ...inner, delta, obfuscation: filling(index) });
      }
      say('response.reasoning_summary_text.done', { ...inner, text: said.thoughts });
      say('response.reasoning_summary_part.done', { ...inner, part });
    }
    if (item.type === 'message') sayMessage(said, say, at);
    if ('arguments' in item) {
      for (const [index, delta] of inTokens(String(item.arguments)).entries()) {
        say('response.function_call_arguments.delta', { ...at, delta, obfuscation: filling(index) });
      }
      say('response.function_call_arguments.done', { ...at, arguments: item.arguments });
    }
    say('response.output_item.done', { output_index, item });
  }
  const status = endOf(said);
  say(`response.${status}`, { response: response(said, status, itemsOf(said)) });
  return events;
}

function sayMessage(said: Said, say: (type: string, more: object) => void, at: object): void {
  const [part] = contentOf(said);
  const inner = { ...at, content_index: 0 };
  const [kind, text] = said.refusal === undefined ? ['output_text', said.text] : ['refusal', said.refusal];
  const field = kind === 'refusal' ? 'refusal' : 'text';
  say('response.content_part.added', { ...inner, part: { ...part, [field]: '' } });
  for (const [index, delta] of inTokens(text ?? '').entries()) {
    const logprobs = kind === 'refusal' ? {} : { logprobs: [] };
    say(`response.${kind}.delta`, { ...inner, delta, ...logprobs, obfuscation: filling(index) });
  }
  say(`response.${kind}.done`, {
    ...inner,
    [field]: text,
    ...(kind === 'output_text' && { logprobs: [] }),
  });
  say('response.content_part.done', { ...inner, part });
}

function itemsOf(said: Said): readonly Item[] {
  const status = endOf(said);
  return [
    ...(said.thoughts === undefined
      ? []
      : [
          {
            id: idOf('rs_', numberOf(said)),
            type: 'reasoning',
            encrypted_content:
              'gAAAAABoxC0dvsKe9_yf1eFtIG4UOjaLmzFt3iGkRB08-5MK5q_cS_HXD3mqYjMcvWm4zNxLheKP==',
            summary: [{ type: 'summary_text', text: said.thoughts }],
          },
        ]),
    ...(said.text === undefined && said.refusal === undefined
      ? []
      : [
          {
            id: idOf('msg_', numberOf(said)),
            type: 'message',
            status,
            role: 'assistant',
            content: contentOf(said),
          },
        ]),
    ...(said.calls ?? []).map(({ name, input }, index) => ({
      id: idOf('fc_', index),
      type: 'function_call',
      status: 'completed',
      arguments: JSON.stringify(input),
      call_id: idOf('call_', index),
      name,
    })),
  ];
}

function unfilled(item: Item): object {
  if (item.type === 'reasoning') return { ...item, summary: [] };
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  return { ...item, status: 'in_progress', arguments: '' };
}

function contentOf({ text, refusal }: Said): readonly object[] {
  if (refusal !== undefined) return [{ type: 'refusal', refusal }];
  return [{ type: 'output_text', annotations: [], logprobs: [], text }];
}

function endOf({ stop }: Said): 'completed' | 'incomplete' {
  return stop === undefined ? 'completed' : 'incomplete';
}

function response(said: Said, status: string, output: readonly Item[]): object {
  const reason = said.stop === 'length' ? 'max_output_tokens' : 'content_filter';
  const usage = {
    input_tokens: 1253,
    input_tokens_details: { cached_tokens: said.cached ? 1152 : 0, cache_write_tokens: 0 },
    output_tokens: 41,
    output_tokens_details: { reasoning_tokens: said.thoughts === undefined ? 0 : 24 },
    total_tokens: 1294,
  };
  return {
    id: idOf('resp_', numberOf(said)),
    object: 'response',
    created_at: 1_782_955_817,
    status,
    background: false,
    billing: { payer: 'developer' },
    error: null,
    incomplete_details: status === 'incomplete' ? { reason } : null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: 'gpt-4.1-mini-2025-04-14',
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    prompt_cache_key: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: status === 'in_progress' ? 'auto' : 'default',
    store: true,
    temperature: 1.0,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1.0,
    truncation: 'disabled',
    usage: status === 'in_progress' ? null : usage,
    user: null,
    metadata: {},
  };
}
