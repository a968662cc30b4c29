import { existsSync, statSync } from 'node:fs';
import { dataPaths, prepareDataDir } from '../data-dir.ts';
import { findHost } from '../control/local-host.ts';
import { installation } from '../installation.ts';
import { loadPriceList } from '../prices/stored-list.ts';
import { readConfig } from '../read-config.ts';
import { FileSecretStore } from '../secrets/file-secret-store.ts';
import type { ReaderCalls } from '../store/messages.ts';
import { startStoreWorker } from '../store/start-store-worker.ts';
import { dataDirOf, type HostFlags } from './connect.ts';
import { printJson, printLine, styled } from './output.ts';

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
  await check('journal', () => verifyJournal(dataPaths(dataDir).journal));
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
  const reader = await startStoreWorker<ReaderCalls>(installation.storeWorker, { role: 'reader', file });
  try {
    const { runs, events, broken } = await reader.call('verify', undefined);
    if (broken.length > 0) throw new Error(broken.map((place) => place.message).join('; '));
    const size = (statSync(file).size / 1024 / 1024).toFixed(1);
    return `${runs} runs, ${events} events, every hash chain intact, ${size} MiB`;
  } finally {
    await reader.close();
  }
}
