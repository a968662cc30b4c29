import { availableParallelism, cpus, totalmem } from 'node:os';

type Unit = 'ms' | 'µs' | '×' | '/s' | 'MiB' | 'kB' | 'bytes';

/** One measured figure; `ours`, `peer` and `limit` come from the same interleaved run. */
export interface Figure {
  readonly figure: string;
  readonly unit: Unit;
  readonly ours: number;
  /** Another program doing a comparable job. */
  readonly peer?: number;
  /** What no program of this kind can be better than. */
  readonly limit?: number;
  /** The number that the bar is put to; `ours` where it is not given. */
  readonly value?: number;
  /** In the figure's unit, where it has none of its own. */
  readonly bar?: Bar;
}

type Bar = { readonly of: string; readonly unit?: Unit } & (
  { readonly atMost: number } | { readonly atLeast: number }
);

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function machine(versions: Readonly<Record<string, string>> = {}): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    versions,
  };
}

/** A figure without a bar is told, never judged. */
export function isMet({ bar, value, ours }: Figure): boolean {
  if (bar === undefined) return true;
  const judged = value ?? ours;
  return 'atMost' in bar ? judged <= bar.atMost : judged >= bar.atLeast;
}

function boundOf(bar: Bar): number {
  return 'atMost' in bar ? bar.atMost : bar.atLeast;
}

export function toJson(name: string, on: Machine, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => ({
    figure: figure.figure,
    value: round(figure.value ?? figure.ours),
    unit: figure.unit,
    ...(figure.bar && { bar: boundOf(figure.bar) }),
    ok: isMet(figure),
  }));
  return JSON.stringify({ name, machine: on, figures: rows });
}

export function toTable(name: string, on: Machine, figures: readonly Figure[]): string {
  const header = ['figure', 'ours', 'peer', 'limit', 'ratio', 'bar', 'met?'];
  const rows = figures.map((figure) => {
    const { ours, peer, limit, bar, unit } = figure;
    const cell = (value: number | undefined) => (value === undefined ? '–' : `${round(value)} ${unit}`);
    return [
      figure.figure,
      cell(ours),
      cell(peer),
      cell(limit),
      limit === undefined ? '–' : `${(ours / limit).toFixed(2)}×`,
      bar === undefined
        ? '–'
        : `${bar.of} ${'atMost' in bar ? '≤' : '≥'} ${round(boundOf(bar))} ${bar.unit ?? unit}: ${round(figure.value ?? ours)}`,
      bar === undefined ? '–' : isMet(figure) ? 'yes' : 'NO',
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => row.map((text, column) => text.padEnd(widths[column]!)).join('  ');
  const versions = Object.entries(on.versions).map(([tool, version]) => `${tool} ${version}`);
  const where = [
    `${on.cpu}, ${on.cores} cores, ${on.memoryGb} GB`,
    on.platform,
    `node ${on.node}`,
    ...versions,
  ];
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  return [`${name}: ${where.join(' · ')}`, line(header), rule, ...rows.map(line)].join('\n');
}

function round(value: number): number {
  return Number(value.toFixed(value < 10 ? 3 : 1));
}
