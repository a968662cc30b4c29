import { typedEvent } from '../sse/write-sse.ts';
import type { Preset, PresetShape } from './preset.ts';

export const responsesPreset: PresetShape = {
  document: (preset) => response(preset, 'completed'),
  stream: (preset) => {
    const item = message(preset, 'completed');
    const [part] = item.content;
    const at = { item_id: item.id, output_index: 0, content_index: 0 };
    const added = { ...message(preset, 'in_progress'), content: [] };
    return [
      { type: 'response.created', response: response(preset, 'in_progress') },
      { type: 'response.in_progress', response: response(preset, 'in_progress') },
      { type: 'response.output_item.added', output_index: 0, item: added },
      { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', ...at, delta: preset.text, logprobs: [] },
      { type: 'response.output_text.done', ...at, text: preset.text, logprobs: [] },
      { type: 'response.content_part.done', ...at, part },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: response(preset, 'completed') },
    ]
      .map((event, index) => typedEvent({ ...event, sequence_number: index }))
      .join('');
  },
};

type Status = 'in_progress' | 'completed';

function message({ id, text }: Preset, status: Status) {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }];
  return { id: `msg_${id}`, type: 'message', status, role: 'assistant', content };
}

function response(preset: Preset, status: Status) {
  const done = status === 'completed';
  const usage = {
    input_tokens: 0,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 0,
  };
  return {
    id: preset.id,
    object: 'response',
    created_at: preset.created,
    status,
    completed_at: done ? preset.created : null,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model: preset.model,
    output: done ? [message(preset, status)] : [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: done ? usage : null,
    user: null,
  };
}
