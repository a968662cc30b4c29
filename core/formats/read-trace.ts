import type { Source } from './damaged-file.ts';
import type { ImportedItem } from './imported.ts';
import { Intake } from './intake.ts';
import { READERS } from './readers.ts';
import type { FormatName } from './names.ts';
import type { Warning } from './warnings.ts';

export interface TraceReading {
  /** Some at a time, in the order of the file; throws `DamagedFile`. */
  readonly items: AsyncIterable<readonly ImportedItem[]>;
  /** What was odd so far; what is odd about the whole only once all items have come. */
  warnings(): readonly Warning[];
}

/**
 * Reads a trace of a format that `detectFormat` told, decompressed. The source is opened once or twice, one after the other.
 * `zeroTime` (Unix nanoseconds, such as the time of the file) is when a trace without dates began.
 */
export function readTrace(format: FormatName, source: Source, zeroTime: bigint): TraceReading {
  // Attributes do not tell the encodings of OTLP apart.
  const intake = new Intake(format.replace(/^otlp-.*/, 'otlp'), zeroTime);
  return { items: readItems(format, source, zeroTime, intake), warnings: () => intake.warnings.list() };
}

async function* readItems(
  format: FormatName,
  source: Source,
  zeroTime: bigint,
  intake: Intake,
): AsyncGenerator<readonly ImportedItem[]> {
  for await (const items of READERS[format]({ source, intake, zeroTime })) {
    if (items.length > 0) yield items;
  }
  intake.finish();
}
