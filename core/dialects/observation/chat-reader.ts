import { countAt, fieldAt, listAt, textAt, type JsonObject } from '../json-access.ts';
import { readChatUsage, readLlamaTimings } from '../usage.ts';
import { noteContent, noteIdentity, type AnswerDraft, type AnswerReader } from './answer-draft.ts';

/**
 * Reads Chat Completions. A stream is done with `[DONE]`, or when every choice that it began has a finish reason: not
 * every server sends the word. Usage comes in a chunk without choices, at Groq in `x_groq`, at llama.cpp in `timings`.
 */
export function readChatAnswer(draft: AnswerDraft): AnswerReader {
  const unfinished = new Set<number>();

  const facts = (body: JsonObject) => {
    noteIdentity(draft, body);
    const usage =
      readChatUsage(fieldAt(body, 'usage')) ??
      readChatUsage(fieldAt(fieldAt(body, 'x_groq'), 'usage')) ??
      readLlamaTimings(fieldAt(body, 'timings'));
    if (!usage) return;
    draft.usage = usage;
    draft.usageIsFinal = true;
  };
  const finish = (index: number, reason: string) => {
    if (reason === '') return;
    unfinished.delete(index);
    if (index === 0 || draft.finishReason === undefined) draft.finishReason = reason;
  };

  return {
    event(_, body) {
      facts(body);
      for (const choice of listAt(body, 'choices')) {
        const index = countAt(choice, 'index') ?? 0;
        unfinished.add(index);
        noteMessage(draft, fieldAt(choice, 'delta'));
        finish(index, textAt(choice, 'finish_reason'));
        if (draft.finishReason !== undefined && unfinished.size === 0) draft.ended = true;
      }
    },
    done() {
      draft.ended = true;
    },
    document(body) {
      facts(body);
      for (const choice of listAt(body, 'choices')) {
        noteMessage(draft, fieldAt(choice, 'message'));
        finish(countAt(choice, 'index') ?? 0, textAt(choice, 'finish_reason'));
      }
      draft.ended = true;
    },
  };
}

/** A message, or a part of one. Thinking has two names among compatible servers, and none at OpenAI. */
function noteMessage(draft: AnswerDraft, message: unknown): void {
  for (const field of ['content', 'refusal', 'reasoning_content', 'reasoning']) {
    noteContent(draft, fieldAt(message, field));
  }
  noteContent(draft, fieldAt(fieldAt(message, 'audio'), 'transcript'));
  const calls = [...listAt(message, 'tool_calls'), { function: fieldAt(message, 'function_call') }];
  for (const call of calls) {
    const work = fieldAt(call, 'function') ?? fieldAt(call, 'custom');
    noteContent(draft, fieldAt(work, 'name'));
    noteContent(draft, fieldAt(work, 'arguments') ?? fieldAt(work, 'input'));
  }
}
