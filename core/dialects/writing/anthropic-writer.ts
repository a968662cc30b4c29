import { parseObject } from '../json-access.ts';
import { typedEvent, type TypedEvent } from '../sse/write-sse.ts';
import { textOf, type AnswerWriter, type WrittenAnswer, type WrittenToolCall } from './written-answer.ts';

const STOP_REASON = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use' } as const;

export const anthropicWriter: AnswerWriter = {
  document(answer) {
    const text = textOf(answer);
    const content = [
      ...(hasText(answer) ? [textBlock(text)] : []),
      ...answer.toolCalls.map((call) => toolBlock(call, parseObject(call.arguments) ?? {})),
    ];
    return message(answer, content, ended(answer), answer.usage.output);
  },
  stream(answer) {
    const withText = hasText(answer);
    const start = message(answer, [], { stop_reason: null, ...NO_DETAILS }, 0);
    const calls = answer.toolCalls.flatMap((call, index) => {
      const at = withText ? index + 1 : index;
      const delta = { type: 'input_json_delta', partial_json: call.arguments };
      return block(at, toolBlock(call, {}), [{ type: 'content_block_delta', index: at, delta }]);
    });
    const [opened, closed] = block(0, textBlock(''), []);
    return {
      begin: written([{ type: 'message_start', message: start }, ...(withText ? [opened!] : [])]),
      pieces: withText
        ? answer.pieces.map((text) =>
            typedEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
          )
        : [],
      end: written([
        ...(withText ? [closed!] : []),
        ...calls,
        {
          type: 'message_delta',
          delta: { ...ended(answer), container: null },
          usage: usage(answer, answer.usage.output),
        },
        { type: 'message_stop' },
      ]),
    };
  },
};

const NO_DETAILS = { stop_sequence: null, stop_details: null };

function ended({ finish }: WrittenAnswer) {
  return { stop_reason: STOP_REASON[finish], ...NO_DETAILS };
}

/** What only calls tools begins with the first of them. */
function hasText(answer: WrittenAnswer): boolean {
  return textOf(answer) !== '' || answer.toolCalls.length === 0;
}

function textBlock(text: string) {
  return { type: 'text', text, citations: null };
}

function toolBlock({ id, name }: WrittenToolCall, input: object) {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
}

function block(index: number, content_block: object, deltas: readonly TypedEvent[]): readonly TypedEvent[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas,
    { type: 'content_block_stop', index },
  ];
}

function written(events: readonly TypedEvent[]): string {
  return events.map((event) => typedEvent(event)).join('');
}

function message(answer: WrittenAnswer, content: readonly object[], stop: object, output: number) {
  const { id, model } = answer;
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    container: null,
    diagnostics: null,
    ...stop,
    usage: usage(answer, output),
  };
}

function usage({ usage: { input } }: WrittenAnswer, output: number) {
  return {
    input_tokens: input,
    cache_creation: null,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    inference_geo: null,
    output_tokens: output,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: null,
    speed: null,
  };
}
