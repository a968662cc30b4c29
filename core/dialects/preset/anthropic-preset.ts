import { typedEvent } from '../sse/write-sse.ts';
import type { Preset, PresetShape } from './preset.ts';

const END = { stop_reason: 'end_turn', stop_sequence: null, stop_details: null };
const NOT_ENDED = { stop_reason: null, stop_sequence: null, stop_details: null };

const USAGE = {
  input_tokens: 0,
  cache_creation: null,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  inference_geo: null,
  output_tokens: 0,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: null,
  speed: null,
};

export const anthropicPreset: PresetShape = {
  document: (preset) => message(preset, [textBlock(preset.text)], END),
  stream: (preset) =>
    [
      { type: 'message_start', message: message(preset, [], NOT_ENDED) },
      { type: 'content_block_start', index: 0, content_block: textBlock('') },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: preset.text } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { ...END, container: null }, usage: { ...USAGE } },
      { type: 'message_stop' },
    ]
      .map((event) => typedEvent(event))
      .join(''),
};

function textBlock(text: string) {
  return { type: 'text', text, citations: null };
}

function message({ id, model }: Preset, content: readonly object[], stop: object) {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    container: null,
    diagnostics: null,
    ...stop,
    usage: USAGE,
  };
}
