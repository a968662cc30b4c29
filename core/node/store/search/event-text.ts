import { isUtf8 } from 'node:buffer';
import type { LogLine } from '../../../journal/run-state.ts';
import type { JournalEvent } from '../../../journal/event.ts';
import { searchableText } from '../../../query/searchable-text.ts';
import type { CheckedBodies, PartOfBody } from '../bodies.ts';

/** Of one event at most so many UTF-16 units are searched; what comes after them is not found. */
const LONGEST_TEXT = 1024 * 1024;

/** What an event says, for whoever searches. */
export interface EventText {
  readonly log: string;
  readonly body: string;
}

/** The text of an event: its line of the log, and those parts of its bodies that `isIts` says are in its text. */
export function textOfEvent(
  runKey: number,
  event: JournalEvent,
  line: LogLine | undefined,
  bodies: CheckedBodies,
  isIts: (part: PartOfBody) => boolean,
): EventText {
  const pieces: string[] = [];
  let length = 0;
  for (const name of partsIn(event.data)) {
    const part = bodies.part(runKey, name);
    if (!part || length >= LONGEST_TEXT || !isIts(part)) continue;
    const content = part.content();
    if (!isUtf8(content)) continue;
    const piece = searchableText(Buffer.from(content).toString('utf8', 0, LONGEST_TEXT));
    pieces.push(piece);
    length += piece.length;
  }
  return { log: line?.text ?? '', body: pieces.join('\n').slice(0, LONGEST_TEXT) };
}

/** The parts of all bodies that the facts of an event name, wherever they do. */
function* partsIn(value: unknown): Generator<number | string, void> {
  if (typeof value !== 'object' || value === null) return;
  const { bytes, parts } = value as { readonly bytes?: unknown; readonly parts?: unknown };
  if (typeof bytes === 'number' && Array.isArray(parts)) yield* parts as (number | string)[];
  else for (const inner of Object.values(value)) yield* partsIn(inner);
}
