import { sseEvent, typedEvent, type TypedEvent } from './sse/write-sse.ts';

/**
 * Streams as the services send them, in the shapes of the SDKs' types (openai 7.55, @anthropic-ai/sdk 1.12): for tests.
 * Each is a list of events, so that a test can leave some out or put some in.
 */
function chatChunk(choices: readonly object[], more: object = {}): string {
  return sseEvent({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'gpt-4o-2024-08-06',
    service_tier: 'default',
    system_fingerprint: 'fp_1',
    choices,
    ...more,
  });
}

function choice(delta: object, finish: string | null = null): object {
  return { index: 0, delta, logprobs: null, finish_reason: finish };
}

const toolPart = (index: number, part: object) => choice({ tool_calls: [{ index, ...part }] });

/** Text, then two calls of tools at once, then the usage that was asked for. */
export const CHAT_STREAM: readonly string[] = [
  chatChunk([choice({ role: 'assistant', content: '', refusal: null })]),
  chatChunk([choice({ content: 'Né ' })]),
  chatChunk([choice({ content: '🚦.' })]),
  chatChunk([toolPart(0, { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } })]),
  chatChunk([toolPart(0, { function: { arguments: '{"city":' } })]),
  chatChunk([toolPart(0, { function: { arguments: '"Paris"}' } })]),
  chatChunk([toolPart(1, { id: 'call_b', type: 'function', function: { name: 'now', arguments: '' } })]),
  chatChunk([toolPart(1, { function: { arguments: '{}' } })]),
  chatChunk([choice({}, 'tool_calls')]),
  chatChunk([], {
    usage: {
      prompt_tokens: 20,
      completion_tokens: 9,
      total_tokens: 29,
      prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 3, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 2, audio_tokens: 0 },
    },
  }),
  sseEvent('[DONE]'),
];

const events = (list: readonly TypedEvent[]) => list.map((event) => typedEvent(event));

/** The same, with Anthropic's pings. */
export const ANTHROPIC_STREAM: readonly string[] = events([
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5-5',
      container: null,
      content: [],
      diagnostics: null,
      stop_details: null,
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: 12,
        cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 0 },
        cache_creation_input_tokens: 3,
        cache_read_input_tokens: 5,
        inference_geo: null,
        output_tokens: 1,
        output_tokens_details: null,
        server_tool_use: null,
        service_tier: 'standard',
        speed: 'standard',
      },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations: null } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Né ' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '🚦.' } },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: 'call_a', name: 'weather', input: {}, caller: { type: 'direct' } },
  },
  { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"city":' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '"Paris"}' } },
  { type: 'content_block_stop', index: 1 },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 'call_b', name: 'now', input: {}, caller: { type: 'direct' } },
  },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{}' } },
  { type: 'content_block_stop', index: 2 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null, stop_details: null, container: null },
    usage: { output_tokens: 9, output_tokens_details: { thinking_tokens: 2 }, input_tokens: null },
  },
  { type: 'message_stop' },
]);

/** Thinking before the text, with the signature that must come back as it was. */
export const ANTHROPIC_THINKING: readonly string[] = [
  ANTHROPIC_STREAM[0]!,
  ...events([
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'thinking', thinking: '', signature: '' },
    },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Let me see.' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '', citations: null } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Yes.' } },
    { type: 'content_block_stop', index: 1 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 30 },
    },
    { type: 'message_stop' },
  ]),
];

function response(status: string, more: object = {}): object {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: 'gpt-5.5-2026-04-01',
    output: [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    ...more,
  };
}

const MESSAGE_ITEM = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Né 🚦.', annotations: [], logprobs: [] }],
};
const REASONING_ITEM = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'Let me see.' }],
  encrypted_content: null,
};
const CALL_ITEM = {
  id: 'fc_1',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_a',
  name: 'weather',
  arguments: '{"city":"Paris"}',
};

const RESPONSES_EVENTS: readonly TypedEvent[] = [
  { type: 'response.created', response: response('in_progress') },
  { type: 'response.in_progress', response: response('in_progress') },
  { type: 'response.output_item.added', output_index: 0, item: { ...REASONING_ITEM, summary: [] } },
  {
    type: 'response.reasoning_summary_part.added',
    item_id: 'rs_1',
    output_index: 0,
    summary_index: 0,
    part: { type: 'summary_text', text: '' },
  },
  {
    type: 'response.reasoning_summary_text.delta',
    item_id: 'rs_1',
    output_index: 0,
    summary_index: 0,
    delta: 'Let me see.',
  },
  { type: 'response.output_item.done', output_index: 0, item: REASONING_ITEM },
  {
    type: 'response.output_item.added',
    output_index: 1,
    item: { ...MESSAGE_ITEM, status: 'in_progress', content: [] },
  },
  {
    type: 'response.content_part.added',
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
    part: { type: 'output_text', text: '', annotations: [], logprobs: [] },
  },
  {
    type: 'response.output_text.delta',
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
    delta: 'Né ',
    logprobs: [],
  },
  {
    type: 'response.output_text.delta',
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
    delta: '🚦.',
    logprobs: [],
  },
  {
    type: 'response.output_text.done',
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
    text: 'Né 🚦.',
    logprobs: [],
  },
  {
    type: 'response.content_part.done',
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
    part: MESSAGE_ITEM.content[0]!,
  },
  { type: 'response.output_item.done', output_index: 1, item: MESSAGE_ITEM },
  {
    type: 'response.output_item.added',
    output_index: 2,
    item: { ...CALL_ITEM, status: 'in_progress', arguments: '' },
  },
  {
    type: 'response.function_call_arguments.delta',
    item_id: 'fc_1',
    output_index: 2,
    delta: '{"city":"Paris"}',
  },
  {
    type: 'response.function_call_arguments.done',
    item_id: 'fc_1',
    output_index: 2,
    arguments: '{"city":"Paris"}',
  },
  { type: 'response.output_item.done', output_index: 2, item: CALL_ITEM },
  {
    type: 'response.completed',
    response: response('completed', {
      output: [REASONING_ITEM, MESSAGE_ITEM, CALL_ITEM],
      usage: {
        input_tokens: 20,
        input_tokens_details: { cached_tokens: 5, cache_write_tokens: 3 },
        output_tokens: 9,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 29,
      },
    }),
  },
];

/** Thinking in summary, text, and a call of a tool. */
export const RESPONSES_STREAM: readonly string[] = RESPONSES_EVENTS.map((event, index) =>
  typedEvent({ ...event, sequence_number: index }),
);

/** How a response ends that was given up; `details` are its `error` or `incomplete_details`. */
export function responsesEnd(status: 'failed' | 'incomplete', details: object, sequence = 2): string {
  return typedEvent({
    type: `response.${status}`,
    sequence_number: sequence,
    response: response(status, details),
  });
}

/** The response that the last event of a stream carries, as it comes without a stream. */
export const RESPONSES_DOCUMENT = JSON.stringify(RESPONSES_EVENTS.at(-1)?.['response']);
