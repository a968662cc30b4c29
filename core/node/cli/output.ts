import { styleText } from 'node:util';
import { unknownCosts, type RunSummary } from '../../journal/run-state.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../../base/units.ts';

/** One JSON document, and nothing else, on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** For people, beside what a command gives out: on standard error. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

type Style = Parameters<typeof styleText>[0];

/** Coloured only where `stream` is a terminal that wants colours. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

export function formatDuration(nanos: Nanos): string {
  const millis = nanos / NANOS_PER_MILLI;
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${(millis / 1000).toFixed(2)} s`;
  const minutes = Math.floor(millis / 60_000);
  return `${minutes} min ${Math.round((millis % 60_000) / 1000)} s`;
}

/** Local, to the second. */
export function formatTime(time: Millis): string {
  return new Date(time).toLocaleString('sv');
}

/** What is not known is said to be unknown, never zero. */
export function formatCost(run: RunSummary): string {
  const unknown = unknownCosts(run);
  if (unknown > 0 && run.cost === 0) return 'unknown';
  const sum = `${run.estimatedCalls === undefined ? '' : '~'}$${run.cost.toFixed(run.cost < 0.1 ? 5 : 2)}`;
  return unknown > 0 ? `at least ${sum} (${unknown} calls unknown)` : sum;
}

export function formatTokens(run: RunSummary): string {
  const counted = `${run.inputTokens.toLocaleString('en')} in, ${run.outputTokens.toLocaleString('en')} out`;
  const { estimatedCalls = 0, uncountedCalls } = run;
  const notes = [
    ...(estimatedCalls > 0 ? [`${estimatedCalls} calls estimated`] : []),
    ...(uncountedCalls > 0 ? [`${uncountedCalls} calls uncounted`] : []),
  ];
  return notes.length > 0 ? `${counted} (${notes.join(', ')})` : counted;
}

/** Figures of an instance; a dash stands for what has not been measured yet. */
export function formatShare(share: number | undefined): string {
  return share === undefined ? '-' : `${(share * 100).toFixed(1)} %`;
}

export function formatMillis(millis: Millis | undefined): string {
  return millis === undefined ? '-' : formatDuration(millis * NANOS_PER_MILLI);
}

/** Left-aligned columns with two spaces between them. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
