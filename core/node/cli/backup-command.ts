import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { dataPaths } from '../data-dir.ts';
import { copyJournal } from '../store/copy-journal.ts';
import { dataDirOf, type HostFlags } from './connect.ts';
import { CommandFailure } from './failure.ts';
import { formatBytes, printJson, printLine, tell } from './output.ts';
import { verifyJournalFile } from './verify-command.ts';

const PROGRESS_MS = 1_000;

/** `signalbox backup FILE`: a copy as it is at one moment, while the host goes on recording; it has its name once it is verified. */
export async function backupCommand(
  wanted: string,
  flags: HostFlags & { readonly json?: boolean },
): Promise<number> {
  const file = resolve(wanted);
  const journal = dataPaths(dataDirOf(flags)).journal;
  if (!existsSync(journal)) throw new CommandFailure(`There is no journal ${journal}.`);
  if (existsSync(file)) throw new CommandFailure(`${file} is there already; give another name.`);
  const partial = `${file}.partial`;
  let told = performance.now();
  try {
    await copyJournal(journal, partial, (done, total) => {
      if (performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      tell(`${Math.floor((done * 100) / total)} %`);
    });
    const { runs, events, broken } = await verifyJournalFile(partial);
    if (broken.length > 0)
      throw new CommandFailure(
        `The journal is damaged (${broken[0]!.message}), and so would be its copy; signalbox verify names every place.`,
      );
    renameSync(partial, file);
    const { size } = statSync(file);
    if (flags.json) printJson({ file, runs, events, bytes: size });
    else printLine(`${file}: ${runs} runs, ${events} events, ${formatBytes(size)}, verified.`);
    return 0;
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(partial + suffix, { force: true });
  }
}
