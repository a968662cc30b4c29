import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { requestStream } from '../../api/client.ts';
import { WRITTEN_FILES, type WriterName } from '../../formats/names.ts';
import { connect, type HostFlags } from './connect.ts';
import { findRun } from './find-run.ts';
import { tell } from './output.ts';

export interface ExportFlags extends HostFlags {
  readonly format: WriterName;
  /** `-` for standard output. */
  readonly output?: string;
}

/** `signalbox export RUN --format FORMAT`: a run as other tools read it. */
export async function exportCommand(wanted: string, flags: ExportFlags): Promise<number> {
  const connection = await connect(flags);
  try {
    const run = await findRun(connection.api, wanted);
    const body = await requestStream(connection.api, `/api/runs/${run.id}/export?format=${flags.format}`);
    // Both are the streams of the WHATWG, though their types differ.
    const pieces = Readable.from(body);
    if (flags.output === '-') {
      await pipeline(pieces, process.stdout, { end: false });
      return 0;
    }
    const file = flags.output ?? `${run.id.slice(0, 8)}.${WRITTEN_FILES[flags.format].extension}`;
    await pipeline(pieces, createWriteStream(file)).catch(async (error: unknown) => {
      await rm(file, { force: true });
      throw error;
    });
    tell(`Wrote ${file}.`);
    return 0;
  } finally {
    await connection.close();
  }
}
