import { existsSync } from 'node:fs';
import { isRunId } from '../../base/ids.ts';
import { dataPaths } from '../data-dir.ts';
import { installation } from '../installation.ts';
import type { ReaderCalls, VerifyReport } from '../store/messages.ts';
import { startStoreWorker } from '../store/start-store-worker.ts';
import { dataDirOf, type HostFlags } from './connect.ts';
import { CommandFailure } from './failure.ts';
import { printJson, printLine } from './output.ts';

/** `signalbox verify [RUN]`: walks the hash chains and the bodies; 1 where something is not what was recorded. */
export async function verifyCommand(
  wanted: string | undefined,
  flags: HostFlags & { readonly json?: boolean },
): Promise<number> {
  const file = dataPaths(dataDirOf(flags)).journal;
  const report = await verifyJournalFile(file, wanted);
  if (wanted !== undefined && report.runs === 0)
    throw new CommandFailure(`There is no run ${wanted} in ${file}.`);
  if (flags.json) printJson(report);
  else {
    for (const { run, seq, message } of report.broken)
      printLine(`run ${run}, ${seq > 0 ? `event ${seq}` : 'a body'}: ${message}`);
    const verdict = report.broken.length === 0 ? 'all as recorded' : `${report.broken.length} places are not`;
    printLine(`${report.runs} runs, ${report.events} events: ${verdict}`);
  }
  return report.broken.length === 0 ? 0 : 1;
}

/** Throws where there is no journal, or none that can be read. */
export async function verifyJournalFile(file: string, run?: string): Promise<VerifyReport> {
  if (!existsSync(file)) throw new CommandFailure(`There is no journal ${file}.`);
  if (run !== undefined && !isRunId(run)) throw new CommandFailure(`${run} is not the id of a run.`, 2);
  const reader = await startStoreWorker<ReaderCalls>(installation.storeWorker, { role: 'reader', file });
  try {
    return await reader.call('verify', run);
  } finally {
    await reader.close();
  }
}
