import { concat } from '../base/bytes.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface LineSplitter {
  feed(chunk: Uint8Array): void;
  /** What is left without its line end. */
  end(): void;
}

/**
 * Cuts a byte stream into lines, without their ends; a character that is split over chunks comes out whole. Of a line
 * that is longer than `limit` bytes only its length is told.
 */
export function splitLines(
  limit: number,
  onLine: (line: Uint8Array) => void,
  onTooLong: (bytes: number) => void,
): LineSplitter {
  let pieces: Uint8Array[] = [];
  let length = 0;

  const take = (piece: Uint8Array) => {
    length += piece.length;
    if (length > limit) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  };
  const finish = () => {
    if (length > limit) onTooLong(length);
    else {
      const line = concat(pieces);
      onLine(line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line);
    }
    pieces = [];
    length = 0;
  };

  return {
    feed(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
        take(chunk.subarray(from, at));
        finish();
        from = at + 1;
      }
      // The sender may use the memory of the chunk again.
      take(chunk.slice(from));
    },
    end() {
      if (length > 0) finish();
    },
  };
}
