import { countAt, listAt, objectAt, textAt, type JsonObject } from '../json-access.ts';

/** Lists of an item that are built part by part, and the field of an event that says which part. */
const INDICES = { content: 'content_index', summary: 'summary_index' } as const;
type List = keyof typeof INDICES;

interface Piece {
  /** Absent where the text belongs to the item itself. */
  readonly part?: { readonly list: List; readonly type: string };
  readonly field: string;
}

/** Where the pieces of a stream go. */
const PIECES: Readonly<Record<string, Piece>> = {
  'response.output_text.delta': { part: { list: 'content', type: 'output_text' }, field: 'text' },
  'response.refusal.delta': { part: { list: 'content', type: 'refusal' }, field: 'refusal' },
  'response.reasoning_text.delta': { part: { list: 'content', type: 'reasoning_text' }, field: 'text' },
  'response.reasoning_summary_text.delta': { part: { list: 'summary', type: 'summary_text' }, field: 'text' },
  'response.function_call_arguments.delta': { field: 'arguments' },
  'response.mcp_call_arguments.delta': { field: 'arguments' },
  'response.custom_tool_call_input.delta': { field: 'input' },
};

interface ItemDraft {
  item: JsonObject;
  readonly parts: { readonly [Name in List]: Map<number, JsonObject> };
}

/**
 * Puts the events of a Responses stream together to the response that it would have been: its last event says it
 * whole, a stream that broke off has only the pieces.
 */
export function assembleResponses() {
  const drafts = new Map<number, ItemDraft>();
  let whole: JsonObject | undefined;

  const begin = (at: number, item: JsonObject): ItemDraft => {
    const draft = { item, parts: { content: new Map(), summary: new Map() } };
    drafts.set(at, draft);
    return draft;
  };
  const addPiece = ({ part, field }: Piece, event: JsonObject, at: number) => {
    const draft = drafts.get(at) ?? begin(at, {});
    const text = textAt(event, 'delta');
    if (!part) {
      draft.item = { ...draft.item, [field]: textAt(draft.item, field) + text };
      return;
    }
    const index = countAt(event, INDICES[part.list]) ?? 0;
    const parts = draft.parts[part.list];
    const old = parts.get(index) ?? { type: part.type };
    parts.set(index, { ...old, [field]: textAt(old, field) + text });
  };

  return {
    add(event: JsonObject): void {
      const type = textAt(event, 'type');
      const at = countAt(event, 'output_index') ?? 0;
      const item = objectAt(event, 'item');
      if (item && (type === 'response.output_item.added' || type === 'response.output_item.done'))
        begin(at, item);
      const piece = Object.hasOwn(PIECES, type) ? PIECES[type] : undefined;
      if (piece) addPiece(piece, event, at);
      const response = objectAt(event, 'response');
      if (listAt(response, 'output').length > 0) whole = response;
    },
    document(): JsonObject {
      const inOrder = [...drafts].toSorted(([a], [b]) => a - b);
      return whole ?? { output: inOrder.map(([, draft]) => finished(draft)) };
    },
  };
}

function finished({ item, parts }: ItemDraft): JsonObject {
  const built = Object.entries(parts).filter(([, list]) => list.size > 0);
  const lists = built.map(([name, list]) => [
    name,
    [...list].toSorted(([a], [b]) => a - b).map(([, part]) => part),
  ]);
  return { ...item, ...Object.fromEntries(lists) };
}
