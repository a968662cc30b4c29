/** An expression and the parts of it that all have to hold: what is shown as chips. Offsets in UTF-16 units. */
export interface Part {
  readonly text: string;
  readonly start: number;
}

const OPENING = '([{';
const CLOSING = ')]}';

/**
 * The operands of the outermost `&&` of a CEL expression; the whole, where something that binds weaker is outermost. What is
 * in quotes or brackets is never taken apart, and what is no expression comes back as it is.
 */
export function partsOf(where: string): readonly Part[] {
  const parts: Part[] = [];
  let [from, depth] = [0, 0];
  const add = (to: number) => {
    const text = where.slice(from, to);
    const start = from + text.length - text.trimStart().length;
    if (text.trim() !== '') parts.push({ text: text.trim(), start });
  };
  for (let at = 0; at < where.length; at++) {
    const sign = where[at]!;
    if (sign === '"' || sign === "'") at = endOfString(where, at);
    else if (OPENING.includes(sign)) depth += 1;
    else if (CLOSING.includes(sign)) depth -= 1;
    else if (depth > 0) continue;
    else if (sign === '?' || where.startsWith('||', at)) return wholeOf(where);
    else if (where.startsWith('&&', at)) {
      add(at);
      from = at + 2;
      at += 1;
    }
  }
  add(where.length);
  return parts;
}

/** One expression of which each of the parts has to hold. */
export function whereOf(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0]!;
  return parts.map((part) => (bindsWeaker(part) ? `(${part})` : part)).join(' && ');
}

function wholeOf(where: string): readonly Part[] {
  return [{ text: where.trim(), start: where.length - where.trimStart().length }];
}

/** Whether a part would be torn apart beside others: it has an `||` or a `?` outside of all brackets. */
function bindsWeaker(part: string): boolean {
  return partsOf(`true && ${part}`).length === 1;
}

/** The place of the quote that ends the string which begins at `start`; of one that does not end, the last place. */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  const raw = /[rR]/.test(text[start - 1] ?? '');
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === quote) return at;
    if (text[at] === '\\' && !raw) at += 1;
  }
  return text.length - 1;
}
