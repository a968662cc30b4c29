import { countAt, fieldAt, objectAt, textAt, type JsonObject } from '../json-access.ts';

/** Puts the events of an Anthropic stream together to the message that it would have been; a tool's input stays text. */
export function assembleAnthropic() {
  let message: JsonObject = {};
  const blocks = new Map<number, JsonObject>();
  const inputs = new Map<number, string>();

  const addDelta = (index: number, delta: unknown) => {
    const block = blocks.get(index) ?? {};
    for (const field of ['text', 'thinking']) {
      const piece = textAt(delta, field);
      if (piece !== '') blocks.set(index, { ...block, [field]: textAt(block, field) + piece });
    }
    const piece = textAt(delta, 'partial_json');
    if (piece !== '') inputs.set(index, (inputs.get(index) ?? '') + piece);
  };

  return {
    add(event: JsonObject): void {
      const index = countAt(event, 'index') ?? 0;
      switch (textAt(event, 'type')) {
        case 'message_start':
          message = objectAt(event, 'message') ?? {};
          return;
        case 'content_block_start':
          blocks.set(index, objectAt(event, 'content_block') ?? {});
          return;
        case 'content_block_delta':
          addDelta(index, fieldAt(event, 'delta'));
      }
    },
    document(): JsonObject {
      const inOrder = [...blocks].toSorted(([a], [b]) => a - b);
      const content = inOrder.map(([index, block]) => {
        const input = inputs.get(index);
        return input === undefined ? block : { ...block, input };
      });
      return { type: 'message', role: textAt(message, 'role') || 'assistant', content };
    },
  };
}
