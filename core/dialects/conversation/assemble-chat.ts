import { countAt, fieldAt, listAt, textAt, type JsonObject } from '../json-access.ts';

/** Fields of a delta that are texts, to be joined. */
const TEXTS = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const;

interface CallDraft {
  id: string;
  name: string;
  arguments: string;
}

/** Puts the chunks of a Chat Completions stream together to the document that it would have been. */
export function assembleChat() {
  const choices = new Map<
    number,
    { role: string; texts: Map<string, string>; calls: Map<number, CallDraft> }
  >();

  const addCall = (calls: Map<number, CallDraft>, part: unknown, place: number) => {
    const index = countAt(part, 'index') ?? place;
    const call = calls.get(index) ?? { id: '', name: '', arguments: '' };
    const work = fieldAt(part, 'function') ?? fieldAt(part, 'custom');
    call.id += textAt(part, 'id');
    call.name += textAt(work, 'name');
    call.arguments += textAt(work, 'arguments') || textAt(work, 'input');
    calls.set(index, call);
  };

  return {
    add(chunk: JsonObject): void {
      for (const choice of listAt(chunk, 'choices')) {
        const index = countAt(choice, 'index') ?? 0;
        const draft = choices.get(index) ?? { role: 'assistant', texts: new Map(), calls: new Map() };
        choices.set(index, draft);
        const delta = fieldAt(choice, 'delta');
        for (const field of TEXTS)
          draft.texts.set(field, (draft.texts.get(field) ?? '') + textAt(delta, field));
        for (const [place, part] of listAt(delta, 'tool_calls').entries()) addCall(draft.calls, part, place);
      }
    },
    document(): JsonObject {
      const inOrder = [...choices].toSorted(([a], [b]) => a - b);
      return {
        choices: inOrder.map(([index, { role, texts, calls }]) => ({
          index,
          message: {
            role,
            ...Object.fromEntries(texts),
            tool_calls: [...calls]
              .toSorted(([a], [b]) => a - b)
              .map(([, { id, ...work }]) => ({ id, function: work })),
          },
        })),
      };
    },
  };
}
