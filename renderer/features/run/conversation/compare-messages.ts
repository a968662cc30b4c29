import { diffArrays } from 'diff';
import type { Conversation, ConversationMessage } from '../../../../core/dialects/conversation/message.ts';

/** What became of one message from one request to the next. */
export type MessageChange =
  | { readonly kind: 'kept'; readonly message: ConversationMessage }
  | { readonly kind: 'added'; readonly message: ConversationMessage }
  | { readonly kind: 'removed'; readonly message: ConversationMessage }
  | {
      readonly kind: 'changed';
      readonly before: ConversationMessage;
      readonly message: ConversationMessage;
    };

/**
 * The messages of a request beside those of an earlier one, in the order of the later: the fewest additions and removals
 * (Myers 1986). One that is removed where one of the same role is added has changed.
 */
export function compareMessages(
  before: readonly ConversationMessage[],
  now: readonly ConversationMessage[],
): readonly MessageChange[] {
  const [first, last] = equalEnds(before, now);
  const kept = (message: ConversationMessage) => ({ kind: 'kept', message }) as const;
  const between = diffArrays(
    keysOf(before.slice(first, before.length - last)),
    keysOf(now.slice(first, now.length - last)),
  );
  const changes: MessageChange[] = [];
  let removed: readonly ConversationMessage[] = [];
  let [old, at] = [first, first];
  for (const { count, added, removed: isGone } of between) {
    if (isGone) {
      removed = before.slice(old, (old += count));
      continue;
    }
    const messages = now.slice(at, (at += count));
    if (!added) old += count;
    changes.push(...(added ? pairByRole(removed, messages) : [...removed.map(gone), ...messages.map(kept)]));
    removed = [];
  }
  return [
    ...now.slice(0, first).map(kept),
    ...changes,
    ...removed.map(gone),
    ...now.slice(now.length - last).map(kept),
  ];
}

/** How much two requests have in common: whether one goes on where the other was. */
export function sharedStart(
  before: readonly ConversationMessage[],
  now: readonly ConversationMessage[],
): number {
  const most = Math.min(before.length, now.length);
  for (let at = 0; at < most; at++) if (keyOf(before[at]!) !== keyOf(now[at]!)) return at;
  return most;
}

/** What else has changed from one request to the next: tools by their names, settings by theirs. */
export function compareSurroundings(before: Conversation, now: Conversation) {
  const [old, fresh] = [new Map(before.settings), new Map(now.settings)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])];
  return {
    toolsAdded: now.tools.filter((tool) => !before.tools.includes(tool)),
    toolsRemoved: before.tools.filter((tool) => !now.tools.includes(tool)),
    settings: names
      .filter((name) => old.get(name) !== fresh.get(name))
      .map((name) => ({ name, before: old.get(name), now: fresh.get(name) })),
  };
}

function gone(message: ConversationMessage): MessageChange {
  return { kind: 'removed', message };
}

function pairByRole(
  removed: readonly ConversationMessage[],
  added: readonly ConversationMessage[],
): readonly MessageChange[] {
  const left = [...removed];
  const changes = added.map((message): MessageChange => {
    const at = left.findIndex(({ role }) => role === message.role);
    if (at < 0) return { kind: 'added', message };
    return { kind: 'changed', before: left.splice(at, 1)[0]!, message };
  });
  return [...left.map(gone), ...changes];
}

/** How many are the same at the start and, of the rest, at the end: of a history that grows, that is nearly all. */
function equalEnds(
  before: readonly ConversationMessage[],
  now: readonly ConversationMessage[],
): readonly [first: number, last: number] {
  const first = sharedStart(before, now);
  const rest = Math.min(before.length, now.length) - first;
  let last = 0;
  while (last < rest && keyOf(before.at(-1 - last)!) === keyOf(now.at(-1 - last)!)) last += 1;
  return [first, last];
}

function keysOf(messages: readonly ConversationMessage[]): string[] {
  return messages.map(keyOf);
}

function keyOf(message: ConversationMessage): string {
  return JSON.stringify(message);
}
