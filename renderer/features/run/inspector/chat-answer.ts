import { createParser } from 'eventsource-parser';
import { field, listOf, textOf } from './json-access.ts';

export interface ToolCall {
  readonly name: string;
  /** JSON as the model wrote it; not always valid. */
  readonly arguments: string;
}

/** What a chat model answered, whether it came at once or in pieces. */
export interface ChatAnswer {
  readonly text: string;
  /** What the model thought aloud, where its provider passes that on. */
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason?: string;
  /** Events of the stream; 0 for an answer in one piece. */
  readonly chunks: number;
  /** Whether the stream said `[DONE]`; an answer in one piece is always complete. */
  readonly complete: boolean;
  /** The error that the stream carried, in its own words. */
  readonly error?: string;
}

interface Draft {
  text: string;
  reasoning: string;
  refusal: string;
  readonly calls: Map<number, { name: string; arguments: string }>;
  finishReason?: string;
}

/**
 * The answer that the chunks of a Chat Completions stream add up to; what is not such a chunk is passed over.
 * Of several choices, the first.
 */
export function assembleChatStream(sseText: string): ChatAnswer {
  const draft = emptyDraft();
  let chunks = 0;
  let complete = false;
  let error: string | undefined;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data.trim() === '[DONE]') {
        complete = true;
        return;
      }
      const chunk = parse(data);
      if (chunk === undefined) return;
      chunks++;
      error ??= textOf(field(field(chunk, 'error'), 'message')) || undefined;
      for (const choice of listOf(field(chunk, 'choices'))) {
        if ((field(choice, 'index') ?? 0) !== 0) continue;
        add(draft, field(choice, 'delta'), field(choice, 'finish_reason'));
      }
    },
  });
  parser.feed(sseText);
  // A recording may end within an event; what stands before it counts.
  parser.reset({ consume: true });
  return { ...finish(draft), chunks, complete, ...(error !== undefined && { error }) };
}

/** The answer in the body of a Chat Completions call that did not stream; `undefined` for any other JSON. */
export function readChatAnswer(json: string): ChatAnswer | undefined {
  const [choice] = listOf(field(parse(json), 'choices'));
  const message = field(choice, 'message');
  if (message === undefined) return undefined;
  const draft = emptyDraft();
  add(draft, message, field(choice, 'finish_reason'));
  return { ...finish(draft), chunks: 0, complete: true };
}

function emptyDraft(): Draft {
  return { text: '', reasoning: '', refusal: '', calls: new Map() };
}

function add(draft: Draft, delta: unknown, finishReason: unknown): void {
  draft.text += textOf(field(delta, 'content'));
  draft.reasoning += textOf(field(delta, 'reasoning_content')) || textOf(field(delta, 'reasoning'));
  draft.refusal += textOf(field(delta, 'refusal'));
  for (const [place, part] of listOf(field(delta, 'tool_calls')).entries()) {
    const index = field(part, 'index');
    const at = typeof index === 'number' ? index : place;
    const call = draft.calls.get(at) ?? { name: '', arguments: '' };
    const work = field(part, 'function');
    call.name += textOf(field(work, 'name'));
    call.arguments += textOf(field(work, 'arguments'));
    draft.calls.set(at, call);
  }
  if (typeof finishReason === 'string') draft.finishReason = finishReason;
}

function finish({ calls, ...rest }: Draft): Omit<ChatAnswer, 'chunks' | 'complete'> {
  return { ...rest, toolCalls: [...calls.entries()].toSorted(([a], [b]) => a - b).map(([, call]) => call) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
