import { parentPort, workerData } from 'node:worker_threads';
import { createRedactor } from '../../access/redaction.ts';
import { readSecretRules } from '../secret-rules.ts';
import { PartNumbers } from '../store/bodies.ts';
import { addEvent, addRow, emptyBatch, type NewPart } from '../store/event-batch.ts';
import type { AttachedCalls } from '../store/messages.ts';
import { callOver } from '../workers/call-over.ts';
import { importFile, ImportFailure } from './import-file.ts';
import type { ImportData, ImportMessage } from './messages.ts';

/** Written at once: larger than what is recorded live, since nobody waits for it. */
const BATCH = { events: 2_000, bytes: 4 * 1024 * 1024 };
const PROGRESS_MS = 100;

const { task, writer, redaction, resourcesDir } = workerData as ImportData;
const post = (message: ImportMessage) => parentPort!.postMessage(message);
const journal = callOver<AttachedCalls>(writer);

let cancelled = false;
parentPort!.once('message', () => (cancelled = true));

let batch = emptyBatch();
let bytes = 0;
let written: Promise<unknown> = Promise.resolve();
let toldAt = 0;
const parts = new PartNumbers(addPart);

function addPart(part: NewPart): void {
  batch.parts.push(part);
  bytes += part.content.length;
}

/** The next batch is filled while the one before is written. */
async function write(): Promise<void> {
  const full = batch;
  [batch, bytes] = [emptyBatch(), 0];
  await written;
  written = journal.call('append', [full]);
  // Whoever comes next sees it.
  written.catch(() => undefined);
}

try {
  const imported = await importFile(task, {
    redactor: createRedactor({
      ...(redaction.enabled && { rules: readSecretRules(resourcesDir).rules }),
      allow: redaction.allow.map((source) => new RegExp(source)),
    }),
    sink: {
      append(event) {
        const data = JSON.stringify(event.data);
        addEvent(batch, event, data);
        bytes += data.length;
      },
      keepBody: (run, body) => parts.keep(run, body),
    },
    async begin(run) {
      if (await journal.call('isKnown', run))
        throw new ImportFailure(`The run of ${task.path} (${run}) is in the journal already.`);
      post({ kind: 'begun', run });
    },
    batch: {
      part: (run, number, hash, content) => addPart({ run, number, hash, content }),
      event(run, row) {
        addRow(batch, run, row);
        bytes += row.data.length;
      },
    },
    async ready() {
      if (cancelled) throw new ImportFailure('The import was cancelled. Nothing was imported.');
      if (batch.seq.length >= BATCH.events || bytes >= BATCH.bytes) await write();
    },
    progress(progress) {
      if (performance.now() - toldAt < PROGRESS_MS) return;
      toldAt = performance.now();
      post({ kind: 'progress', progress });
    },
    now: () => Date.now(),
  });
  await write();
  await written;
  post({ kind: 'imported', imported });
} catch (error) {
  // What is being written has to be there before it can be discarded.
  await written.catch(() => undefined);
  post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
}
// It ends by itself, when what it has opened is closed.
writer.close();
parentPort!.close();
