import { fieldAt, jsonText, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { readAnthropicUsage } from '../usage.ts';
import { noteContent, noteIdentity, type AnswerDraft, type AnswerReader } from './answer-draft.ts';

/**
 * Reads Anthropic's Messages. A stream is done with `message_stop`. `message_start` says what the input cost;
 * `message_delta` has the totals, of which it leaves out what has not changed.
 */
export function readAnthropicAnswer(draft: AnswerDraft): AnswerReader {
  let usage: JsonObject = {};

  const addUsage = (more: JsonObject | undefined) => {
    const known = Object.entries(more ?? {}).filter(([, value]) => value !== null);
    usage = { ...usage, ...Object.fromEntries(known) };
    const read = readAnthropicUsage(usage);
    if (read) draft.usage = read;
  };
  const stop = (from: unknown) => {
    const reason = textAt(from, 'stop_reason');
    if (reason !== '') draft.finishReason = reason;
  };

  return {
    event(name, body) {
      switch (textAt(body, 'type') || name) {
        case 'message_start': {
          const message = objectAt(body, 'message') ?? {};
          noteIdentity(draft, message);
          addUsage(objectAt(message, 'usage'));
          return;
        }
        case 'content_block_start':
          return noteBlock(draft, fieldAt(body, 'content_block'));
        case 'content_block_delta': {
          const delta = fieldAt(body, 'delta');
          for (const field of ['text', 'thinking', 'partial_json']) noteContent(draft, fieldAt(delta, field));
          return;
        }
        case 'message_delta':
          stop(fieldAt(body, 'delta'));
          addUsage(objectAt(body, 'usage'));
          draft.usageIsFinal = draft.usage !== undefined;
          return;
        case 'message_stop':
          draft.ended = true;
      }
    },
    done() {},
    document(body) {
      noteIdentity(draft, body);
      addUsage(objectAt(body, 'usage'));
      draft.usageIsFinal = draft.usage !== undefined;
      stop(body);
      for (const block of listAt(body, 'content')) {
        noteBlock(draft, block);
        noteContent(draft, jsonText(fieldAt(block, 'input')));
      }
      draft.ended = true;
    },
  };
}

/** A block as it begins: a tool is named at once, text and thinking mostly come in deltas. */
function noteBlock(draft: AnswerDraft, block: unknown): void {
  for (const field of ['text', 'thinking', 'name']) noteContent(draft, fieldAt(block, field));
}
