import { sseEvent } from '../sse/write-sse.ts';
import { textOf, type AnswerWriter, type WrittenAnswer, type WrittenToolCall } from './written-answer.ts';

const FINISH = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls' } as const;

export const chatWriter: AnswerWriter = {
  document(answer) {
    const { toolCalls, finish } = answer;
    const text = textOf(answer);
    const message = {
      role: 'assistant',
      content: text === '' && toolCalls.length > 0 ? null : text,
      refusal: null,
      ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toolCall) }),
    };
    const choice = { index: 0, message, logprobs: null, finish_reason: FINISH[finish] };
    return { ...head(answer, 'chat.completion'), choices: [choice], usage: usage(answer) };
  },
  stream(answer) {
    const common = head(answer, 'chat.completion.chunk');
    const chunk = (delta: object, finish: string | null = null) => {
      const choice = { index: 0, delta, logprobs: null, finish_reason: finish };
      return sseEvent({ ...common, choices: [choice] });
    };
    const { pieces, toolCalls, finish, includeUsage } = answer;
    const calls = toolCalls.map((call, index) => chunk({ tool_calls: [{ index, ...toolCall(call) }] }));
    const last = includeUsage ? sseEvent({ ...common, choices: [], usage: usage(answer) }) : '';
    return {
      begin: chunk({ role: 'assistant', content: '', refusal: null }),
      pieces: pieces.filter((piece) => piece !== '').map((content) => chunk({ content })),
      end: `${calls.join('')}${chunk({}, FINISH[finish])}${last}${sseEvent('[DONE]')}`,
    };
  },
};

function head({ id, created, model }: WrittenAnswer, object: string) {
  return { id, object, created, model };
}

function toolCall({ id, name, arguments: given }: WrittenToolCall) {
  return { id, type: 'function', function: { name, arguments: given } };
}

function usage({ usage: { input, output } }: WrittenAnswer) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
