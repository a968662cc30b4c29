import type { OtlpSpan } from '../journal/otlp/protocol.ts';
import { DamagedFile, placeOf, type Source } from './damaged-file.ts';
import type { ImportedItem } from './imported.ts';
import type { Reader } from './reading.ts';
import { Intake } from './intake.ts';
import { readTrace } from './read-trace.ts';
import type { FormatName } from './names.ts';
import type { Warning } from './warnings.ts';

/** A text or bytes as a file that comes in small pieces. */
export function sourceOf(content: string | Uint8Array, chunk = 1000): Source {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return async function* () {
    for (let at = 0; at < bytes.length; at += chunk) {
      await Promise.resolve();
      yield bytes.slice(at, at + chunk);
    }
  };
}

/** 2023-11-14T22:13:20Z. */
export const TEST_TIME = 1_700_000_000_000_000_000n;

export interface Read {
  readonly items: readonly ImportedItem[];
  readonly warnings: readonly Warning[];
}

/** All of a file, by a reader. */
export async function readAll(
  reader: Reader,
  content: string | Uint8Array,
  options: { readonly prefix?: string; readonly chunk?: number } = {},
): Promise<Read> {
  const { prefix = 'test', chunk } = options;
  const intake = new Intake(prefix, TEST_TIME);
  const items: ImportedItem[] = [];
  for await (const some of reader({ source: sourceOf(content, chunk), intake, zeroTime: TEST_TIME })) {
    items.push(...some);
  }
  intake.finish();
  return { items, warnings: intake.warnings.list() };
}

/** All of a file, by the reader of its format. */
export async function readWhole(format: FormatName, content: Uint8Array): Promise<Read> {
  const { items, warnings } = readTrace(format, sourceOf(content, 65_536), TEST_TIME);
  const all: ImportedItem[] = [];
  for await (const some of items) all.push(...some);
  return { items: all, warnings: warnings() };
}

/** Where and why a reader refuses a file, as `reason at line:column`. */
export async function refusalOf(reader: Reader, content: string | Uint8Array): Promise<string> {
  try {
    await readAll(reader, content);
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    const { line, column } = await placeOf(sourceOf(content), error.offset);
    return `${error.message} at ${line}:${column}`;
  }
  return 'read';
}

/** The spans of what was read, by their names. */
export function spansByName({ items }: Read): ReadonlyMap<string, OtlpSpan> {
  return new Map(
    items.flatMap((item) => (item.kind === 'span' ? [[item.span.name, item.span] as const] : [])),
  );
}
