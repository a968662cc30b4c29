import { sseEvent } from '../sse/write-sse.ts';
import type { Preset, PresetShape } from './preset.ts';

const USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

export const chatPreset: PresetShape = {
  document(preset) {
    const message = { role: 'assistant', content: preset.text, refusal: null };
    const choice = { index: 0, message, logprobs: null, finish_reason: 'stop' };
    return { ...head(preset, 'chat.completion'), choices: [choice], usage: USAGE };
  },
  stream(preset) {
    const common = head(preset, 'chat.completion.chunk');
    const chunk = (delta: object, finish: string | null = null) => {
      const choice = { index: 0, delta, logprobs: null, finish_reason: finish };
      return sseEvent({ ...common, choices: [choice] });
    };
    const usage = preset.includeUsage ? sseEvent({ ...common, choices: [], usage: USAGE }) : '';
    const content = preset.text === '' ? '' : chunk({ content: preset.text });
    const first = chunk({ role: 'assistant', content: '', refusal: null });
    return `${first}${content}${chunk({}, 'stop')}${usage}${sseEvent('[DONE]')}`;
  },
};

function head({ id, created, model }: Preset, object: string) {
  return { id, object, created, model };
}
