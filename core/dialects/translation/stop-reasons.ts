/** Why a model stopped, from Anthropic's word to OpenAI's; `undefined` for what OpenAI has no word for. */
export function toFinishReason(stopReason: string): string | undefined {
  return Object.hasOwn(FINISH_REASONS, stopReason) ? FINISH_REASONS[stopReason] : undefined;
}

/**
 * And back. A call of a tool that was forced stops with `stop` at OpenAI, which an Anthropic client would not look
 * at for tools.
 */
export function toStopReason(finishReason: string, callsTools: boolean): string | undefined {
  if (finishReason === 'stop' || finishReason === 'tool_calls') return callsTools ? 'tool_use' : 'end_turn';
  return Object.hasOwn(STOP_REASONS, finishReason) ? STOP_REASONS[finishReason] : undefined;
}

/** `pause_turn` asks to be continued, which is a turn that OpenAI does not have. */
const FINISH_REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

const STOP_REASONS: Readonly<Record<string, string>> = {
  length: 'max_tokens',
  content_filter: 'refusal',
};
