import type { Source } from './damaged-file.ts';
import type { ImportedItem } from './imported.ts';
import type { Intake } from './intake.ts';

export interface Reading {
  readonly source: Source;
  readonly intake: Intake;
  /** Unix nanoseconds: when that is, which a format without dates has for its beginning. */
  readonly zeroTime: bigint;
}

/** Reads a file piece by piece; throws `DamagedFile`. */
export type Reader = (reading: Reading) => AsyncIterable<readonly ImportedItem[]>;
