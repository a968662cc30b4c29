/** What stands in a text instead of a part of it. */
export interface Mask {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A secret, with what may be said of it. */
export interface Secret {
  readonly start: number;
  readonly end: number;
  /** The kind, where it is known. */
  readonly rule?: string;
  /** Characters of its beginning that say no more than the kind does. */
  readonly kept?: number;
}

const MARK = '[redacted';

/** Finds secrets by their names alone: any other rule says more of what they are. */
const LEAST_EXACT = 'generic-api-key';

/**
 * A mask for each of them, as `sk-proj-…[redacted:openai-api-key]`; one for those that lie over each other. What is
 * masked already stays as it is.
 */
export function masksFor(text: string, secrets: readonly Secret[]): readonly Mask[] {
  const merged: Secret[] = [];
  for (const secret of secrets.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last && secret.start < last.end) merged[merged.length - 1] = together(last, secret);
    else merged.push(secret);
  }
  return merged
    .filter(({ start, end }) => !text.slice(start, end).includes(MARK))
    .map((secret) => ({ start: secret.start, end: secret.end, text: maskOf(text, secret) }));
}

/** `first` begins before the other, or with it. */
function together(first: Secret, other: Secret): Secret {
  const end = Math.max(first.end, other.end);
  const isLess = first.rule === LEAST_EXACT || (other.rule === undefined && first.rule !== undefined);
  if (!isLess || other.rule === LEAST_EXACT) return { ...first, end };
  return other.start === first.start ? { ...other, end } : { start: first.start, end, ...ruleOf(other) };
}

function ruleOf({ rule }: Secret): Pick<Secret, 'rule'> {
  return rule === undefined ? {} : { rule };
}

function maskOf(text: string, { start, rule, kept = 0 }: Secret): string {
  const mark = rule === undefined ? `${MARK}]` : `${MARK}:${rule}]`;
  return kept === 0 ? mark : `${text.slice(start, start + kept)}…${mark}`;
}

/** They must not lie over each other. */
export function applyMasks(text: string, masks: readonly Mask[]): string {
  let masked = '';
  let at = 0;
  for (const mask of masks.toSorted((a, b) => a.start - b.start)) {
    masked += text.slice(at, mask.start) + mask.text;
    at = mask.end;
  }
  return masked + text.slice(at);
}
