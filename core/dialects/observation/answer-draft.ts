import type { CallError } from '../../journal/event.ts';
import type { JsonObject } from '../json-access.ts';
import type { Usage } from '../../journal/event.ts';

/** What has been read of an answer so far. */
export interface AnswerDraft {
  usage?: Usage;
  /** The provider has said what the whole answer cost, not only what it had cost until then. */
  usageIsFinal: boolean;
  finishReason?: string;
  answeredModel?: string;
  answerId?: string;
  error: CallError | undefined;
  /** It has said, in its dialect's way, that it is done. */
  ended: boolean;
  /** UTF-16 units of generated content: text, thinking, refusals, and what tools are called with. */
  generated: number;
  sawFirstToken: boolean;
  /** Of the Responses API: what the next event would be numbered. */
  nextSequence: number;
}

export function emptyDraft(): AnswerDraft {
  return {
    usageIsFinal: false,
    error: undefined,
    ended: false,
    generated: 0,
    sawFirstToken: false,
    nextSequence: 0,
  };
}

/** Reads the events of a stream, or the one document, of a dialect into a draft. */
export interface AnswerReader {
  /** One event of a stream; `name` is empty where it has none. */
  event(name: string, body: JsonObject): void;
  /** The word `[DONE]` in place of an event. */
  done(): void;
  document(body: JsonObject): void;
}

/** Takes note of generated content. */
export function noteContent(draft: AnswerDraft, content: unknown): void {
  const length = typeof content === 'string' ? content.length : Array.isArray(content) ? content.length : 0;
  if (length === 0) return;
  draft.generated += length;
  draft.sawFirstToken = true;
}

/** Takes note of the model and the id of an answer, which some servers leave empty at first. */
export function noteIdentity(draft: AnswerDraft, body: JsonObject): void {
  const { model, id } = body;
  if (typeof model === 'string' && model !== '') draft.answeredModel = model;
  if (typeof id === 'string' && id !== '') draft.answerId = id;
}
