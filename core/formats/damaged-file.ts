/** Why a file cannot be imported, and where that shows: nothing of it is used then. */
export class DamagedFile extends Error {
  /** Bytes from the beginning of the file, decompressed where it was compressed. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

/** Opens the same file from its beginning, as often as it is asked. A chunk must not be written to afterwards. */
export type Source = () => AsyncIterable<Uint8Array>;

export interface Place {
  readonly offset: number;
  /** From 1; the column counts characters, of which a byte that is no UTF-8 is one. */
  readonly line: number;
  readonly column: number;
}

const NEWLINE = 0x0a;

/** The line and the column of an offset; reads the file again up to there. */
export async function placeOf(source: Source, offset: number): Promise<Place> {
  let [at, line, lineStart] = [0, 1, 0];
  let rest: readonly Uint8Array[] = [];
  for await (const chunk of source()) {
    const bytes = chunk.subarray(0, offset - at);
    for (let found = bytes.indexOf(NEWLINE); found !== -1; found = bytes.indexOf(NEWLINE, found + 1)) {
      line += 1;
      lineStart = at + found + 1;
    }
    rest = lineStart >= at ? [bytes.subarray(lineStart - at)] : [...rest.slice(-LONGEST_COLUMN), bytes];
    at += bytes.length;
    if (at >= offset) break;
  }
  return { offset: at, line, column: 1 + columnsOf(rest, at - lineStart) };
}

/** Chunks of one line that are looked at; past that, a column is counted in bytes. */
const LONGEST_COLUMN = 64;

function columnsOf(chunks: readonly Uint8Array[], bytes: number): number {
  if (chunks.reduce((sum, chunk) => sum + chunk.length, 0) < bytes) return bytes;
  const decoder = new TextDecoder('utf-8');
  return chunks.reduce((sum, chunk) => sum + decoder.decode(chunk, { stream: true }).length, 0);
}
