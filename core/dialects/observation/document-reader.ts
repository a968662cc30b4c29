import { fieldAt } from '../json-access.ts';
import { readChatUsage } from '../usage.ts';
import { noteIdentity, type AnswerDraft, type AnswerReader } from './answer-draft.ts';

/** Reads what only comes whole: embeddings, with their usage; lists of models and token counts, which cost nothing. */
export function readDocumentAnswer(draft: AnswerDraft): AnswerReader {
  return {
    event() {},
    done() {},
    document(body) {
      noteIdentity(draft, body);
      const usage = readChatUsage(fieldAt(body, 'usage'));
      if (usage) {
        draft.usage = usage;
        draft.usageIsFinal = true;
      }
      draft.ended = true;
    },
  };
}
