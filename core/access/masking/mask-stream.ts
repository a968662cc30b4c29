import { eachLine } from './lines.ts';
import { applyMasks, type Mask } from './masks.ts';
import { maskText, masksIn } from './mask-text.ts';
import type { SecretSearch } from './secret-search.ts';

/** Whether a text is a stream of server-sent events (WHATWG): it begins with a field or a comment. */
export function isEventStream(text: string): boolean {
  return /^\uFEFF?(?:data|event|id|retry)?:/.test(text);
}

/**
 * A stream of events without its secrets. What a model generates comes in pieces, a few characters in each event, so a
 * secret is looked for in every event and in what the pieces make together; of one in pieces the first gets the mask and
 * the others lose theirs. Every event stays what it was otherwise.
 */
export function maskStream(search: SecretSearch, text: string): string {
  const places = search.in(text);
  const alone = places.isEmpty ? text : maskLines(search, text, places.begins());
  const masks: Mask[] = [];
  for (const channel of channelsOf(alone).values()) {
    if (channel.length > 1) masks.push(...masksOfPieces(search, channel));
  }
  return masks.length === 0 ? alone : applyMasks(alone, masks);
}

const DATA = 'data:';

/** Each line by itself, of those in which something begins that may be a secret: `begins` are their places, in order. */
function maskLines(search: SecretSearch, text: string, begins: readonly number[]): string {
  let masked = '';
  let at = 0;
  let next = 0;
  eachLine(text, (start, end) => {
    if (next === begins.length || begins[next]! >= end) return;
    while (next < begins.length && begins[next]! < end) next += 1;
    const from = text.startsWith(DATA, start) ? start + DATA.length : start;
    const line = text.slice(from, end);
    const clean = maskText(search, line);
    if (clean === line) return;
    masked += text.slice(at, from) + clean;
    at = end;
  });
  return masked + text.slice(at);
}

/** What is generated in pieces, in the words of Chat Completions, Responses, Messages, Gemini and Ollama. */
const PIECE =
  /"(content|text|delta|arguments|partial_json|thinking|reasoning|reasoning_content|refusal|response)"\s*:\s*"([^"\\]*(?:\\[^][^"\\]*)*)"/g;
/** Of which of several choices, items, parts or calls. */
const INDEX = /"(?:\w+_)?index"\s*:\s*(\d+)/g;

interface Piece {
  /** Where its content is in the stream. */
  readonly start: number;
  readonly end: number;
  readonly decoded: string;
}

/** The pieces that belong together, in order. */
function channelsOf(text: string): ReadonlyMap<string, readonly Piece[]> {
  const channels = new Map<string, Piece[]>();
  eachLine(text, (at, to) => {
    if (!text.startsWith(DATA, at)) return;
    const line = text.slice(at, to);
    let indices: string | undefined;
    PIECE.lastIndex = 0;
    for (let match = PIECE.exec(line); match; match = PIECE.exec(line)) {
      const [, name, content] = match;
      const decoded = content === '' ? undefined : decode(content!);
      if (decoded === undefined) continue;
      indices ??= indicesIn(line);
      const end = at + PIECE.lastIndex - 1;
      const piece = { start: end - content!.length, end, decoded };
      const key = `${name} ${indices}`;
      const channel = channels.get(key);
      if (channel) channel.push(piece);
      else channels.set(key, [piece]);
    }
  });
  return channels;
}

function indicesIn(line: string): string {
  let indices = '';
  INDEX.lastIndex = 0;
  for (let match = INDEX.exec(line); match; match = INDEX.exec(line)) indices += `${match[1]}.`;
  return indices;
}

function masksOfPieces(search: SecretSearch, pieces: readonly Piece[]): readonly Mask[] {
  const whole = pieces.map(({ decoded }) => decoded).join('');
  const masks = masksIn(search, whole);
  if (masks.length === 0) return masks;
  const changed: Mask[] = [];
  let from = 0;
  for (const { start, end, decoded } of pieces) {
    const to = from + decoded.length;
    const inside = masks.filter((mask) => mask.start < to && mask.end > from);
    if (inside.length > 0) {
      const parts = inside.map((mask) => ({
        start: Math.max(mask.start, from) - from,
        end: Math.min(mask.end, to) - from,
        // The piece in which it begins says what it was.
        text: mask.start >= from ? mask.text : '',
      }));
      changed.push({ start, end, text: JSON.stringify(applyMasks(decoded, parts)).slice(1, -1) });
    }
    from = to;
  }
  return changed;
}

function decode(content: string): string | undefined {
  if (!content.includes('\\')) return content;
  try {
    const decoded: unknown = JSON.parse(`"${content}"`);
    return typeof decoded === 'string' ? decoded : undefined;
  } catch {
    return undefined;
  }
}
