import type { MessagePort } from 'node:worker_threads';
import type { RunId } from '../../base/ids.ts';
import type { Config } from '../../config/schema.ts';
import type { ImportTask, Imported, ImportProgress } from './import-file.ts';

/** What the thread of an import is started with. */
export interface ImportData {
  readonly task: ImportTask;
  /** To the writer of the journal: nobody else is asked to carry so much. */
  readonly writer: MessagePort;
  readonly redaction: Config['redaction'];
  readonly resourcesDir: string;
}

/** What it says; the last one is how it ended. */
export type ImportMessage =
  | { readonly kind: 'begun'; readonly run: RunId }
  | { readonly kind: 'progress'; readonly progress: ImportProgress }
  | { readonly kind: 'imported'; readonly imported: Imported }
  | { readonly kind: 'failed'; readonly message: string };
