import type { ConversationMessage, MessagePart } from '../../../../core/dialects/conversation/message.ts';

export type ToolCall = Extract<MessagePart, { kind: 'tool-call' }>;
export type ToolResult = Extract<MessagePart, { kind: 'tool-result' }>;

export type PairedPart = Exclude<MessagePart, ToolCall> | (ToolCall & { readonly result?: ToolResult });

export interface PairedMessage {
  readonly role: string;
  readonly parts: readonly PairedPart[];
}

/**
 * The messages with each tool's result at the call that it answers: the newest before it that has its id and no
 * result yet. A result whose call is not there stays where it is; a message that held nothing else is gone.
 */
export function pairTools(messages: readonly ConversationMessage[]): readonly PairedMessage[] {
  const open = new Map<string, ToolCall[]>();
  const results = new Map<ToolCall, ToolResult>();
  const paired = new Set<MessagePart>();
  for (const part of messages.flatMap(({ parts }) => parts)) {
    if (part.kind === 'tool-call' && part.id !== '') {
      const calls = open.get(part.id);
      if (calls) calls.push(part);
      else open.set(part.id, [part]);
    }
    const call = part.kind === 'tool-result' ? open.get(part.callId)?.pop() : undefined;
    if (part.kind !== 'tool-result' || !call) continue;
    results.set(call, part);
    paired.add(part);
  }
  return messages.flatMap(({ role, parts }) => {
    const left = parts.filter((part) => !paired.has(part));
    return parts.length > 0 && left.length === 0 ? [] : [{ role, parts: left.map(withResult) }];
  });

  function withResult(part: MessagePart): PairedPart {
    const result = part.kind === 'tool-call' ? results.get(part) : undefined;
    return part.kind === 'tool-call' && result ? { ...part, result } : part;
  }
}
