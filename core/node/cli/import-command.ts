import { resolve } from 'node:path';
import { follow } from '../../api/client.ts';
import type { ImportLine } from '../../api/contract.ts';
import type { FormatName } from '../../formats/names.ts';
import { connect, type HostFlags } from './connect.ts';
import { CommandFailure } from './failure.ts';
import { printJson, printLine, tell } from './output.ts';

export interface ImportFlags extends HostFlags {
  readonly format?: FormatName;
  readonly name?: string;
  readonly json?: boolean;
}

/** `signalbox import FILE…`: each file becomes a run. Ctrl-C leaves nothing of the one in hand. */
export async function importCommand(files: readonly string[], flags: ImportFlags): Promise<number> {
  const connection = await connect(flags);
  const cancel = new AbortController();
  const stop = () => cancel.abort();
  process.once('SIGINT', stop);
  try {
    for (const file of files) {
      const { format, name } = flags;
      const body = { path: resolve(file), ...(format && { format }), ...(name !== undefined && { name }) };
      const init = { method: 'POST', body } as const;
      for await (const line of follow<ImportLine>(connection.api, '/api/imports', cancel.signal, init)) {
        if ('problem' in line) throw new CommandFailure(line.problem.message);
        if ('progress' in line) showProgress(file, line.progress);
        else if (flags.json) printJson(line.imported);
        else showImported(line.imported);
      }
    }
    return 0;
  } catch (error) {
    if (cancel.signal.aborted) throw new CommandFailure('Cancelled. Nothing of the file was imported.');
    throw error;
  } finally {
    process.off('SIGINT', stop);
    await connection.close();
  }
}

function showProgress(file: string, progress: Extract<ImportLine, { progress: unknown }>['progress']): void {
  if (!process.stderr.isTTY) return;
  const { readBytes, totalBytes, spans } = progress;
  const share = totalBytes === 0 ? 100 : Math.floor((readBytes / totalBytes) * 100);
  process.stderr.write(`\r${file}  ${share} %  ${spans.toLocaleString('en')} spans `);
}

function showImported(imported: Extract<ImportLine, { imported: unknown }>['imported']): void {
  const { run, format, spans, logs, warnings } = imported;
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const counts = `${spans.toLocaleString('en')} spans${logs > 0 ? `, ${logs.toLocaleString('en')} log records` : ''}`;
  printLine(`${run.id.slice(0, 8)}  ${run.name}  ${format}, ${counts}`);
  for (const { count, message, example } of warnings) tell(`  ${count} ${message} (${example})`);
}
