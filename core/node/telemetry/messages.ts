import type { Result } from '../../base/result.ts';
import type { Signal } from '../../journal/otlp/answer.ts';
import type { Encoding } from '../../journal/otlp/decode-export.ts';
import type { Items, Piece } from '../../journal/otlp/read-export.ts';

/** What can be asked of the thread that reads large exports; an export has a number of the asker's. */
export interface ExportCalls {
  /** Reads all of it, or says what is wrong with it. */
  open: [
    given: {
      readonly number: number;
      readonly body: Uint8Array;
      readonly encoding: Encoding;
      readonly signal: Signal;
    },
    Result<undefined, string>,
  ];
  /** Its next piece; nothing when it is through, or not open. */
  next: [number: number, Piece<Items[Signal]> | undefined];
  /** Forgets what is left of it. */
  drop: [number: number, undefined];
}
