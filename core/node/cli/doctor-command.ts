import { existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { dataPaths, prepareDataDir } from '../data-dir.ts';
import { findHost } from '../control/local-host.ts';
import { installation } from '../installation.ts';
import { loadPriceList } from '../prices/stored-list.ts';
import { readConfig } from '../read-config.ts';
import { FileSecretStore } from '../secrets/file-secret-store.ts';
import type { ReaderCalls } from '../store/messages.ts';
import { keptCopies } from '../store/kept-copies.ts';
import { quarantineOf } from '../store/quarantine.ts';
import { startStoreWorker } from '../store/start-store-worker.ts';
import { dataDirOf, type HostFlags } from './connect.ts';
import { formatBytes, printJson, printLine, styled } from './output.ts';
import { verifyJournalFile } from './verify-command.ts';

/** Twice of what the writer lets it be. Bytes. */
const LONGEST_LOG = 256 * 1024 * 1024;
/** For a busy hour or two. Bytes. */
const LEAST_FREE = 1_000_000_000;

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `signalbox doctor`: looks at everything a host needs, the hash chains of all runs included; changes nothing. */
export async function doctorCommand(flags: HostFlags & { readonly json?: boolean }): Promise<number> {
  const dataDir = dataDirOf(flags);
  const checks: Check[] = [];
  const check = async (name: string, look: () => string | Promise<string>) => {
    try {
      checks.push({ check: name, ok: true, detail: await look() });
    } catch (error) {
      checks.push({ check: name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  };
  await check('node', () => process.version);
  await check('data folder', () => {
    prepareDataDir(dataDir);
    return dataDir;
  });
  await check('configuration', () => {
    const { config } = dataPaths(dataDir);
    const file = flags.config ?? (existsSync(config) ? config : undefined);
    readConfig(installation.resourcesDir, file);
    return file ?? 'built in';
  });
  await check('stored keys', () => {
    const stored = new FileSecretStore(dataPaths(dataDir).secrets).list();
    return stored.length === 0 ? 'none' : stored.map(({ name }) => name).join(', ');
  });
  await check('price list', () => {
    const { list, problem } = loadPriceList(dataPaths(dataDir).prices);
    if (problem !== undefined) throw new Error(problem);
    return list.source;
  });
  const { journal } = dataPaths(dataDir);
  await check('journal', () => verifyJournal(journal));
  await check('journal log', () => describeLog(journal));
  await check('projections', () => describeProjections(journal));
  await check('quarantine', () => describeQuarantine(journal));
  await check('older copies', () => describeCopies(journal));
  await check('disk', () => describeDisk(dataDir));
  await check('host', async () => {
    const found = await findHost(dataDir);
    await found?.close();
    return found ? `process ${found.file.pid}, listening on ${found.file.dataPlane}` : 'none is running';
  });
  await check('window', () =>
    existsSync(installation.rendererDir) ? 'built' : 'not built yet; npm start builds it',
  );

  const ok = checks.every((one) => one.ok);
  if (flags.json) printJson({ ok, dataDir, checks });
  else {
    for (const { check: name, ok: fine, detail } of checks) {
      printLine(`${fine ? styled('green', 'ok  ') : styled('red', 'FAIL')}  ${name.padEnd(13)}  ${detail}`);
    }
  }
  return ok ? 0 : 1;
}

async function verifyJournal(file: string): Promise<string> {
  if (!existsSync(file)) return 'none yet';
  const { runs, events, broken } = await verifyJournalFile(file);
  if (broken.length > 0) throw new Error(broken.map((place) => place.message).join('; '));
  const size = (statSync(file).size / 1024 / 1024).toFixed(1);
  return `${runs} runs, ${events} events, every hash chain intact, ${size} MiB`;
}

/** A log that long is not brought into the file: something keeps reading it, or the disk is full. */
function describeLog(journal: string): string {
  const size = statSync(`${journal}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LONGEST_LOG)
    throw new Error(
      `${formatBytes(size)} wait in ${journal}-wal; stop all that reads the journal, and start again`,
    );
  return size === 0 ? 'empty' : formatBytes(size);
}

async function describeProjections(file: string): Promise<string> {
  if (!existsSync(file)) return 'none yet';
  const reader = await startStoreWorker<ReaderCalls>(installation.storeWorker, { role: 'reader', file });
  try {
    const outdated = await reader.call('outdated', undefined);
    return outdated === 0 ? 'up to date' : `${outdated} runs are folded anew when somebody looks at them`;
  } finally {
    await reader.close();
  }
}

/** What was moved away is still there, and nobody has looked at it. */
function describeQuarantine(journal: string): string {
  const folder = quarantineOf(journal);
  const kept = existsSync(folder) ? readdirSync(folder) : [];
  if (kept.length > 0)
    throw new Error(
      `${kept.length} damaged journals in ${folder}: ${kept.join(', ')}; delete what you do not need`,
    );
  return 'empty';
}

/** Of before the format changed: to go back to an older Signalbox, one is put in the journal's place. */
function describeCopies(journal: string): string {
  const copies = keptCopies(journal).map(({ file, bytes }) => `${file} (${formatBytes(bytes)})`);
  return copies.length === 0 ? 'none' : `${copies.join(', ')}; deleted when a week old`;
}

function describeDisk(dir: string): string {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  if (free < LEAST_FREE) throw new Error(`only ${formatBytes(free)} are free; signalbox gc may make room`);
  return `${formatBytes(free)} free`;
}
