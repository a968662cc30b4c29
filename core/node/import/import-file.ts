import { basename } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { RunId } from '../../base/ids.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../../base/units.ts';
import type { EventSink } from '../../journal/recorder.ts';
import { redactingSink, type Redactor } from '../../access/redaction.ts';
import { DamagedFile, placeOf } from '../../formats/damaged-file.ts';
import { detectFormat } from '../../formats/detect-format.ts';
import type { ImportedItem } from '../../formats/imported.ts';
import type { FormatName } from '../../formats/names.ts';
import { readTrace, type TraceReading } from '../../formats/read-trace.ts';
import { ImportRecorder } from '../../formats/record-imported.ts';
import type { Warning } from '../../formats/warnings.ts';
import { startRecorder } from '../../journal/recorder.ts';
import { hostIds } from '../host-ids.ts';
import { isBundle, readBundle, type BundleSink } from '../bundle/read-bundle.ts';
import { openFileSource, type FileSource } from './file-source.ts';

export interface ImportTask {
  readonly run: RunId;
  readonly path: string;
  /** Of the run; else the file's. */
  readonly name?: string;
  /** Else the file says it by its first bytes. */
  readonly format?: FormatName;
  readonly hostVersion: string;
  readonly configHash: string;
}

export interface ImportProgress {
  readonly readBytes: number;
  readonly totalBytes: number;
  readonly spans: number;
}

export interface Imported {
  readonly run: RunId;
  readonly format: FormatName | typeof BUNDLE;
  readonly spans: number;
  readonly logs: number;
  readonly warnings: readonly Warning[];
}

/** Our own bundles keep the run as it was, id and all. */
export const BUNDLE = 'signalbox';

/** Why nothing of a file was imported; the words say where. */
export class ImportFailure extends Error {}

export interface ImportPorts {
  readonly redactor: Redactor;
  readonly sink: EventSink;
  /** Resolves when more may be added to the sink. */
  ready(): Promise<void>;
  progress(progress: ImportProgress): void;
  now(): Millis;
  /** Rejects where the run of a bundle is in the journal already. */
  begin(run: RunId): Promise<void>;
  /** Where a bundle goes, whose secrets were taken out when it was recorded. */
  readonly batch: Pick<BundleSink, 'part' | 'event'>;
}

/** Items that are looked at before the run begins: as a rule the first of all is among them. */
const LOOKED_AT = 10_000;

/**
 * Reads a file of another tool into a run of its own, piece by piece. Throws `ImportFailure`; what was written until then
 * is the caller's to discard.
 */
export async function importFile(task: ImportTask, ports: ImportPorts): Promise<Imported> {
  const file = await openFileSource(task.path).catch((error: Error) => {
    throw new ImportFailure(`${task.path} cannot be read: ${error.message}.`);
  });
  try {
    const head = await file.head();
    if (isBundle(head)) return await copyBundle(file, ports);
    const format = task.format ?? formatOf(head, task.path);
    await ports.begin(task.run);
    const startedAt = (await earlyStart(file, format, ports)) ?? ports.now();
    return await record(task, file, format, startedAt, ports);
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    const { line, column } = await placeOf(file.source, error.offset);
    const place = `byte ${error.offset} (line ${line}, column ${column})`;
    throw new ImportFailure(`${task.path}: ${error.message} at ${place}. Nothing was imported.`);
  }
}

async function copyBundle(file: FileSource, ports: ImportPorts): Promise<Imported> {
  let run: RunId | undefined;
  let spans = 0;
  await readBundle(file.source, {
    begin: (head) => ports.begin((run = head.run)),
    part: ports.batch.part,
    event(id, row) {
      if (row.type === 'call-received' || row.type === 'attempt-started' || row.type === 'span-reported')
        spans += 1;
      ports.batch.event(id, row);
    },
    async ready() {
      await ports.ready();
      ports.progress({ readBytes: file.readBytes(), totalBytes: file.totalBytes, spans });
    },
  });
  return { run: run!, format: BUNDLE, spans, logs: 0, warnings: [] };
}

function formatOf(head: Uint8Array, path: string): FormatName {
  const detected = detectFormat(head, basename(path));
  if (detected.ok) return detected.value;
  throw new ImportFailure(`${path}: ${detected.error.reason}, at byte ${detected.error.offset}.`);
}

/** When the first span of a file begins: of all of them where the first ones do not come in order. */
async function earlyStart(
  file: FileSource,
  format: FormatName,
  ports: ImportPorts,
): Promise<Millis | undefined> {
  let earliest: bigint | undefined;
  let seen = 0;
  for await (const items of read(file, format, ports).items) {
    for (const item of items) {
      seen += 1;
      const time = timeOf(item);
      if (time === undefined || (earliest !== undefined && time >= earliest)) continue;
      // What begins before those that came long before it may be followed by more of its kind.
      if (seen > LOOKED_AT) seen = 0;
      earliest = time;
    }
    if (seen > LOOKED_AT * 2) break;
    await ports.ready();
    ports.progress({ readBytes: file.readBytes(), totalBytes: file.totalBytes, spans: 0 });
  }
  return earliest === undefined ? undefined : Number(earliest / BigInt(NANOS_PER_MILLI));
}

function timeOf(item: ImportedItem): bigint | undefined {
  if (item.kind === 'metrics') return undefined;
  const time =
    item.kind === 'span'
      ? item.span.startTimeUnixNano
      : item.record.timeUnixNano || item.record.observedTimeUnixNano;
  return time > 0n ? time : undefined;
}

function read(file: FileSource, format: FormatName, ports: ImportPorts): TraceReading {
  return readTrace(format, file.source, BigInt(Math.round(ports.now())) * BigInt(NANOS_PER_MILLI));
}

async function record(
  task: ImportTask,
  file: FileSource,
  format: FormatName,
  startedAt: Millis,
  ports: ImportPorts,
): Promise<Imported> {
  const clock = new FileClock(startedAt);
  const ids = { ...hostIds, runId: () => task.run };
  const recorder = startRecorder(
    { clock, ids, sink: redactingSink(ports.sink, ports.redactor) },
    {
      name: task.name ?? basename(task.path),
      source: 'imported',
      imported: { format, file: basename(task.path), at: ports.now() },
      hostVersion: task.hostVersion,
      configHash: task.configHash,
    },
  );
  const imported = new ImportRecorder(recorder);
  let [spans, logs] = [0, 0];
  const { items, warnings } = read(file, format, ports);
  for await (const piece of items) {
    for (const item of piece) {
      clock.reach(item);
      if (item.kind === 'span') spans += 1;
      if (item.kind === 'log') logs += 1;
      imported.record(item);
    }
    await ports.ready();
    ports.progress({ readBytes: file.readBytes(), totalBytes: file.totalBytes, spans });
  }
  recorder.append('run-ended', { status: 'completed' });
  await ports.ready();
  return { run: task.run, format, spans, logs, warnings: warnings() };
}

/** The time of what is read: it has come as far as the last of what has ended. */
class FileClock implements Clock {
  private readonly startedAt: Millis;
  private elapsed: Nanos = 0;

  constructor(startedAt: Millis) {
    this.startedAt = startedAt;
  }

  reach(item: ImportedItem): void {
    const time = item.kind === 'span' ? endOf(item.span) : timeOf(item);
    if (time === undefined) return;
    const elapsed = Number(time - BigInt(this.startedAt) * BigInt(NANOS_PER_MILLI));
    this.elapsed = Math.max(this.elapsed, elapsed);
  }

  now(): Nanos {
    return this.elapsed;
  }

  wallTime(): Millis {
    return this.startedAt + Math.floor(this.elapsed / NANOS_PER_MILLI);
  }
}

function endOf({
  startTimeUnixNano: start,
  endTimeUnixNano: end,
}: {
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
}): bigint {
  return end > start ? end : start;
}
