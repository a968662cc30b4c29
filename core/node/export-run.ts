import type { RunId } from '../base/ids.ts';
import type { ExportInput } from '../formats/exported.ts';
import { WRITERS } from '../formats/writers.ts';
import type { WriterName } from '../formats/names.ts';
import { ApiFailure } from '../api/app.ts';
import { isBundleFormat, type BundleFormat } from '../api/contract.ts';
import { writeBundle } from './bundle/write-bundle.ts';
import type { Store } from './store/store.ts';

/** Events that are read at once. */
const PAGE = 2_000;

/** A run in a format of other tools or as our own bundle, piece by piece; nothing where there is no such run. */
export async function exportRun(
  store: Store,
  id: RunId,
  format: WriterName | BundleFormat,
  version: string,
): Promise<AsyncIterable<string | Uint8Array> | undefined> {
  if (!isBundleFormat(format)) return exportTrace(store, id, format);
  const run = await store.read('findRun', id);
  if (!run) return undefined;
  if (run.status === 'running')
    throw new ApiFailure('run_open', `Run ${id} is still running; its end belongs to the bundle.`);
  return writeBundle(store, id, { version, withoutBodies: format === 'signalbox-without-bodies' });
}

/** The same in a format of other tools, which is text. */
export async function exportTrace(
  store: Store,
  id: RunId,
  format: WriterName,
): Promise<AsyncIterable<string> | undefined> {
  const run = await store.read('findRun', id);
  if (!run) return undefined;
  const spans = await store.read('listSpans', id);
  const input: ExportInput = {
    run,
    spans: () => spans,
    async *events() {
      for (let from = 1; ;) {
        const events = await store.read('readEvents', { run: id, from, limit: PAGE });
        yield* events;
        if (events.length === 0) return;
        from = events.at(-1)!.seq + 1;
      }
    },
    async body(ref) {
      const body = await store.read('readBody', { run: id, body: ref });
      if (!body) throw new Error(`run ${id} has been deleted`);
      return body;
    },
  };
  return WRITERS[format](input);
}
