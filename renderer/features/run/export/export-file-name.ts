import { WRITTEN_FILES, type WriterName } from '../../../../core/formats/names.ts';
import type { RunSummary } from '../../../../core/journal/run-state.ts';

/** Of the name of a run, in characters: with the extension no more than the 255 bytes of a file's name. */
const LONGEST = /^.{0,60}/su;

/** The file that a run is saved to: its name as far as every system takes it, else its id, and what the format asks for. */
export function exportFileName({ id, name }: Pick<RunSummary, 'id' | 'name'>, format: WriterName): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]+/gu, '-').replace(/^[\s.-]+/, '');
  const trimmed = (LONGEST.exec(plain)?.[0] ?? '').replace(/[\s.-]+$/, '');
  return `${trimmed || id.slice(0, 8)}.${WRITTEN_FILES[format].extension}`;
}
