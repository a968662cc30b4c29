import { elementRanges, memberRanges } from '../base/json-ranges.ts';

/** Below this many characters a body is one part: splitting would cost more than it saves. */
export const SMALLEST_SPLIT = 1024;

/**
 * Cuts a body where its messages begin and end, so that a history that is sent again with every call is stored
 * once. Joined, the parts are the body, byte for byte; what is not a JSON object with `messages` or `input` is one part.
 */
export function splitBody(text: string): readonly string[] {
  if (text.length < SMALLEST_SPLIT || !isJson(text)) return [text];
  const members = memberRanges(text);
  const messages = members.get('messages') ?? members.get('input');
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of messages ? elementRanges(text, messages) : []) {
    // What separates two of them goes with the second, so that both are the same again the next time.
    if (from === 0) parts.push(text.slice(0, start));
    parts.push(text.slice(from === 0 ? start : from, end));
    from = end;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part.length > 0);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
