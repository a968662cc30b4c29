import { typedEvent, type TypedEvent } from '../sse/write-sse.ts';
import { textOf, type AnswerWriter, type WrittenAnswer, type WrittenToolCall } from './written-answer.ts';

type Status = 'in_progress' | 'completed' | 'incomplete';

export const responsesWriter: AnswerWriter = {
  document: (answer) => response(answer, endOf(answer)),
  stream(answer) {
    let sequence = 0;
    const written = (events: readonly TypedEvent[]) =>
      events.map((event) => typedEvent({ ...event, sequence_number: sequence++ })).join('');
    const item = hasText(answer) ? message(answer, endOf(answer)) : undefined;
    const at = { item_id: item?.id, output_index: 0, content_index: 0 };
    const [part] = item?.content ?? [];
    const started = response(answer, 'in_progress');
    const begin = written([
      { type: 'response.created', response: started },
      { type: 'response.in_progress', response: started },
      ...(item
        ? [
            {
              type: 'response.output_item.added',
              output_index: 0,
              item: { ...item, status: 'in_progress', content: [] },
            },
            { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
          ]
        : []),
    ]);
    const pieces = (item ? answer.pieces : []).map((delta) =>
      written([{ type: 'response.output_text.delta', ...at, delta, logprobs: [] }]),
    );
    const end = written([
      ...(item
        ? [
            { type: 'response.output_text.done', ...at, text: textOf(answer), logprobs: [] },
            { type: 'response.content_part.done', ...at, part },
            { type: 'response.output_item.done', output_index: 0, item },
          ]
        : []),
      ...answer.toolCalls.flatMap((call, index) => callEvents(call, item ? index + 1 : index)),
      { type: `response.${endOf(answer)}`, response: response(answer, endOf(answer)) },
    ]);
    return { begin, pieces, end };
  },
};

function endOf({ finish }: WrittenAnswer): Status {
  return finish === 'length' ? 'incomplete' : 'completed';
}

/** What only calls tools has no message. */
function hasText(answer: WrittenAnswer): boolean {
  return textOf(answer) !== '' || answer.toolCalls.length === 0;
}

function message(answer: WrittenAnswer, status: Status) {
  const content = [{ type: 'output_text', text: textOf(answer), annotations: [], logprobs: [] }];
  return { id: `msg_${answer.id}`, type: 'message', status, role: 'assistant', content };
}

function functionCall({ id, name, arguments: given }: WrittenToolCall) {
  return {
    id: `fc_${id}`,
    type: 'function_call',
    status: 'completed',
    call_id: id,
    name,
    arguments: given,
  };
}

function callEvents(call: WrittenToolCall, output_index: number): readonly TypedEvent[] {
  const item = functionCall(call);
  const at = { item_id: item.id, output_index };
  return [
    {
      type: 'response.output_item.added',
      output_index,
      item: { ...item, status: 'in_progress', arguments: '' },
    },
    { type: 'response.function_call_arguments.delta', ...at, delta: call.arguments },
    {
      type: 'response.function_call_arguments.done',
      ...at,
      name: call.name,
      arguments: call.arguments,
    },
    { type: 'response.output_item.done', output_index, item },
  ];
}

function response(answer: WrittenAnswer, status: Status) {
  const isOver = status !== 'in_progress';
  const { input, output } = answer.usage;
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
  const items = [
    ...(hasText(answer) ? [message(answer, status)] : []),
    ...answer.toolCalls.map((call) => functionCall(call)),
  ];
  return {
    id: answer.id,
    object: 'response',
    created_at: answer.created,
    status,
    completed_at: status === 'completed' ? answer.created : null,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model: answer.model,
    output: isOver ? items : [],
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
    usage: isOver ? usage : null,
    user: null,
  };
}
