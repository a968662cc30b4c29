import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ImportLine, ImportRequest } from '../../api/contract.ts';
import { ApiFailure } from '../../api/app.ts';
import type { Config } from '../../config/schema.ts';
import { hostIds } from '../host-ids.ts';
import type { Store } from '../store/store.ts';
import type { ImportData, ImportMessage } from './messages.ts';

/** Of a thread that was told to stop. */
const LONGEST_END_MS = 5_000;

export interface ImportSettings {
  /** The module that runs in the thread of each import. */
  readonly worker: URL;
  readonly store: Store;
  readonly redaction: Config['redaction'];
  readonly resourcesDir: string;
  readonly hostVersion: string;
  readonly configHash: string;
}

/** Reads files of other tools, each in a thread of its own that hands what it reads to the writer of the journal. */
export class Imports {
  private readonly settings: ImportSettings;
  private readonly running = new Set<Worker>();

  constructor(settings: ImportSettings) {
    this.settings = settings;
  }

  /** How far it is, now and then, and what came of it. Until it is done there is nothing of it; ended early, there never is. */
  async *run(request: ImportRequest, signal: AbortSignal): AsyncGenerator<ImportLine> {
    const { worker: module, store, hostVersion, configHash, redaction, resourcesDir } = this.settings;
    let run = hostIds.runId();
    const writer = await store.attach();
    const data: ImportData = {
      task: {
        run,
        hostVersion,
        configHash,
        path: request.path,
        ...(request.format && { format: request.format }),
        ...(request.name !== undefined && { name: request.name }),
      },
      writer,
      redaction,
      resourcesDir,
    };
    const worker = new Worker(module, { workerData: data, transferList: [writer], name: 'import' });
    this.running.add(worker);
    const stop = () => worker.postMessage('cancel');
    signal.addEventListener('abort', stop, { once: true });
    let isDone = false;
    try {
      for await (const message of messagesOf(worker)) {
        if (message.kind === 'failed') throw new ApiFailure('import_failed', message.message);
        if (message.kind === 'begun') run = message.run;
        if (message.kind === 'progress') {
          yield { progress: message.progress };
          continue;
        }
        if (message.kind !== 'imported') continue;
        isDone = true;
        yield { imported: { ...message.imported, run: await store.announce(run) } };
        return;
      }
      throw new ApiFailure('import_failed', 'The import ended before it was done. Nothing was imported.');
    } finally {
      signal.removeEventListener('abort', stop);
      if (!isDone) stop();
      await ended(worker);
      this.running.delete(worker);
      if (!isDone) await store.discard(run);
    }
  }

  async close(): Promise<void> {
    for (const worker of this.running) worker.postMessage('cancel');
    await Promise.all([...this.running].map(ended));
  }
}

/** A thread that is ended from outside while it decompresses may take the process with it: it is given time to end. */
async function ended(worker: Worker): Promise<void> {
  const late = setTimeout(() => void worker.terminate(), LONGEST_END_MS);
  if (worker.threadId !== -1) await once(worker, 'exit');
  clearTimeout(late);
}

/** What a thread says, until it has ended. */
async function* messagesOf(worker: Worker): AsyncGenerator<ImportMessage> {
  const queue: ImportMessage[] = [];
  let wake = Promise.withResolvers<void>();
  let ended = false;
  const ring = () => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  worker.on('message', (message: ImportMessage) => {
    queue.push(message);
    ring();
  });
  worker.on('error', ({ message }: Error) => {
    queue.push({ kind: 'failed', message });
    ring();
  });
  void once(worker, 'exit').then(() => {
    ended = true;
    ring();
  });
  for (;;) {
    const next = queue.shift();
    if (next) yield next;
    else if (ended) return;
    else await wake.promise;
  }
}
