import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerMessage } from '../workers/messages.ts';
import { Given, serveCalls, Together } from '../workers/serve-calls.ts';
import { Checkpoints } from './checkpoints.ts';
import type { EventBatch } from './event-batch.ts';
import { MOST_TOGETHER } from './event-queue.ts';
import { dropOldCopies } from './kept-copies.ts';
import type { AttachedCalls, ReaderCalls, WorkerData, WriterCalls } from './messages.ts';
import { openForReading, openForWriting, storeFailure } from './open-database.ts';
import type { QueryCalls } from './query/messages.ts';
import { Queries } from './query/queries.ts';
import { StoredStatistics } from './query/stored-statistics.ts';
import { IdleSteps } from './idle-steps.ts';
import { createReader } from './reader.ts';
import { Removals } from './removals.ts';
import { Space } from './space.ts';
import { StoreFailure } from './store-failure.ts';
import { Search } from './search/search.ts';
import { TextIndex } from './search/text-index.ts';
import { Writer } from './writer.ts';

// The thread that owns a connection: the only writing one, or a reading one that may be killed at any time.
const { role, file, durability = 'normal', goesOn = false } = workerData as WorkerData;
const port = parentPort!;

function open(): void {
  if (role === 'reader') return serveCalls<ReaderCalls>(port, createReader(openForReading(file)));
  if (role === 'query') {
    const database = openForReading(file);
    const queries = new Queries(database);
    const search = new Search(database);
    const statistics = new StoredStatistics(database);
    return serveCalls<QueryCalls>(port, {
      query: (request) => queries.page(request),
      statistics: (request) => statistics.answer(request),
      search: (request) => search.page(request),
    });
  }
  const database = openForWriting(file, durability);
  const writer = new Writer(database);
  if (!goesOn) {
    writer.interruptOpenRuns();
    dropOldCopies(file, Date.now());
  }
  const space = new Space(database);
  const checkpoints = new Checkpoints(database, `${file}-wal`);
  const removals = new Removals(database);
  const index = new TextIndex(database);
  const steps = new IdleSteps([removals, index], () => checkpoints.committed());
  const append = (batches: AttachedCalls['append'][0], isImport: boolean) => {
    const runs = writer.append(batches, isImport);
    checkpoints.committed();
    for (const { id } of runs) index.note(id);
    steps.wake();
    return runs;
  };
  /** What was to come before could not be written. */
  let isRefused = false;
  const appendNext = (batches: readonly EventBatch[]) => {
    if (isRefused) throw new Error('what was to be written before could not be');
    isRefused = true;
    const runs = append(batches, false);
    isRefused = false;
    return batches.map((_, index) => (index === 0 ? runs : []));
  };
  serveCalls<WriterCalls>(port, {
    append(batches) {
      isRefused = false;
      return append(batches, false);
    },
    appendNext: new Together(MOST_TOGETHER, appendNext),
    attach(other) {
      serveCalls<AttachedCalls>(other, {
        append: (batches) => append(batches, true),
        isKnown: (run) => writer.isKnown(run),
      });
      return undefined;
    },
    discard: (run) => writer.discard(run),
    project: (run) => writer.project(run),
    changes(wanted) {
      const changes = writer.changes(wanted);
      return (
        changes &&
        new Given(
          changes,
          changes.pieces.map(({ buffer }) => buffer as ArrayBuffer),
        )
      );
    },
    deleteRun(run) {
      steps.wake();
      return writer.deleteRun(run);
    },
    setPinned: (pin) => writer.setPinned(pin),
    pack: (parts) => space.pack(parts),
    reclaim(pages) {
      // What deleted runs have left is room, too.
      let isLeft = removals.step();
      while (isLeft && pages === undefined) isLeft = removals.step();
      const reclaimed = isLeft ? { bytes: 0, more: true } : space.reclaim(pages);
      checkpoints.committed();
      return reclaimed;
    },
    close() {
      steps.stop();
      checkpoints.stop();
      return writer.close();
    },
  });
}

try {
  open();
} catch (failure) {
  const error = storeFailure(failure, file);
  const code = error instanceof StoreFailure ? { code: error.code } : {};
  port.postMessage({ kind: 'failed-to-open', message: error.message, ...code } satisfies WorkerMessage<
    StoreFailure['code']
  >);
}
