import type { ConversationDialect } from '../dialect.ts';
import { anthropicPreset } from './anthropic-preset.ts';
import { chatPreset } from './chat-preset.ts';
import type { Preset, PresetShape } from './preset.ts';
import { responsesPreset } from './responses-preset.ts';

export interface PresetAnswer {
  readonly status: 200;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

const SHAPES = {
  'openai-chat': chatPreset,
  'openai-responses': responsesPreset,
  'anthropic-messages': anthropicPreset,
} as const satisfies Record<ConversationDialect, PresetShape>;

/** The answer as the dialect's own SDKs read it, whole or as a stream of all its events. */
export function presetAnswer(dialect: ConversationDialect, preset: Preset, streaming: boolean): PresetAnswer {
  const shape = SHAPES[dialect];
  const body = streaming ? shape.stream(preset) : JSON.stringify(shape.document(preset));
  const type = streaming ? 'text/event-stream; charset=utf-8' : 'application/json';
  return { status: 200, headers: [['content-type', type]], body: new TextEncoder().encode(body) };
}
