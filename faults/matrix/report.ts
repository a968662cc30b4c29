import { ROWS } from './catalogue.ts';
import type { Result } from './run-matrix.ts';

/** One fault, or one scenario, at one gateway. */
export interface Line {
  readonly row: number;
  readonly name: string;
  readonly subject: string;
  readonly passed: number;
  readonly failed: number;
  /** What was seen instead, the most frequent first, with how often; or a figure. */
  readonly notes: readonly string[];
}

export function linesOf(results: readonly Result[]): readonly Line[] {
  const groups = Map.groupBy(results, ({ subject, case: { fault } }) => `${subject} ${fault.name}`);
  return [...groups.values()].map((group) => {
    const [
      {
        subject,
        case: { fault },
      },
    ] = group as [Result];
    const failed = group.filter(({ problems }) => problems.length > 0);
    return {
      row: fault.row,
      name: fault.name,
      subject,
      passed: group.length - failed.length,
      failed: failed.length,
      notes: counted(failed.flatMap(({ problems }) => problems)),
    };
  });
}

function counted(words: readonly string[]): readonly string[] {
  const counts = [...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length] as const);
  return counts.toSorted((a, b) => b[1] - a[1]).map(([word, count]) => `${word} (${count})`);
}

/** Fault by fault, the gateways beside each other, a sum for each row of the catalogue. */
export function toTable(lines: readonly Line[]): string {
  const subjects = [...new Set(lines.map(({ subject }) => subject))];
  const rows = [...Map.groupBy(lines, ({ row }) => row)].toSorted(([a], [b]) => a - b);
  const out = [`${''.padEnd(56)}${subjects.map((name) => name.padStart(12)).join('')}`];
  for (const [row, ofRow] of rows) {
    out.push(
      `\n${line(
        `${row}. ${ROWS[row]}`,
        subjects.map((subject) => score(ofRow, subject)),
      )}`,
    );
    for (const [name, same] of Map.groupBy(ofRow, ({ name }) => name)) {
      const notes = same.flatMap(({ subject, notes }) =>
        notes.slice(0, 2).map((note) => `${subject}: ${note}`),
      );
      const said = notes.length > 0 ? `   ${notes.join('; ')}` : '';
      out.push(
        `${line(
          `   ${name}`,
          subjects.map((subject) => score(same, subject)),
        )}${said}`,
      );
    }
  }
  out.push(
    `\n${line(
      'all',
      subjects.map((subject) => score(lines, subject)),
    )}`,
  );
  return out.join('\n');
}

function score(lines: readonly Line[], subject: string): string {
  const own = lines.filter((line) => line.subject === subject);
  if (own.length === 0) return '–';
  const passed = own.reduce((sum, line) => sum + line.passed, 0);
  return `${passed}/${own.reduce((sum, line) => sum + line.failed, passed)}`;
}

function line(name: string, cells: readonly string[]): string {
  return `${name.padEnd(56)}${cells.map((cell) => cell.padStart(12)).join('')}`;
}
