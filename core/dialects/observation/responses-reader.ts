import { readErrorInAnswer } from '../errors/upstream-error.ts';
import { countAt, fieldAt, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';
import { readResponsesUsage } from '../usage.ts';
import { noteContent, noteIdentity, type AnswerDraft, type AnswerReader } from './answer-draft.ts';

const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed']);
const FINISHED = new Set(['completed', 'incomplete', 'cancelled']);

/**
 * Reads the Responses API. A stream is done with `response.completed`, `.incomplete` or `.failed`, which carry the
 * whole response once more. The finish reason is the status, or of an incomplete one its reason.
 */
export function readResponsesAnswer(draft: AnswerDraft): AnswerReader {
  const response = (body: JsonObject) => {
    noteIdentity(draft, body);
    const usage = readResponsesUsage(fieldAt(body, 'usage'));
    if (usage) {
      draft.usage = usage;
      draft.usageIsFinal = true;
    }
    const status = textAt(body, 'status');
    const reason = textAt(fieldAt(body, 'incomplete_details'), 'reason');
    if (FINISHED.has(status)) draft.finishReason = reason || status;
    if (status === 'failed') draft.error ??= readErrorInAnswer({ error: fieldAt(body, 'error') ?? {} });
  };

  return {
    event(name, body) {
      const type = textAt(body, 'type') || name;
      draft.nextSequence = (countAt(body, 'sequence_number') ?? draft.nextSequence) + 1;
      const whole = objectAt(body, 'response');
      if (whole) response(whole);
      if (type.endsWith('.delta')) noteContent(draft, fieldAt(body, 'delta'));
      if (type === 'response.output_item.added') noteContent(draft, callName(objectAt(body, 'item')));
      if (ENDS.has(type)) draft.ended = true;
    },
    // Some servers end with it, but by itself it does not say how the response went.
    done() {},
    document(body) {
      response(body);
      for (const item of listAt(body, 'output')) {
        noteContent(draft, callName(item));
        noteContent(draft, fieldAt(item, 'arguments') ?? fieldAt(item, 'input'));
        for (const part of [...listAt(item, 'content'), ...listAt(item, 'summary')]) {
          noteContent(draft, fieldAt(part, 'text') ?? fieldAt(part, 'refusal'));
        }
      }
      draft.ended = true;
    },
  };
}

/** What is called, by an item that calls something. */
function callName(item: unknown): unknown {
  const type = textAt(item, 'type');
  return type.endsWith('_call') ? (fieldAt(item, 'name') ?? type) : undefined;
}
