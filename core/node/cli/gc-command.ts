import { request } from '../../api/client.ts';
import type { Collected } from '../../api/contract.ts';
import { connect, type HostFlags } from './connect.ts';
import { formatBytes, formatTable, printJson, printLine } from './output.ts';

export interface GcFlags extends HostFlags {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

const REASONS = { age: 'too old', count: 'too many runs', size: 'too much in the journal' } as const;

/** `signalbox gc`: applies the rules of `[journal]` now, and gives the room back. */
export async function gcCommand(flags: GcFlags): Promise<number> {
  const { dryRun = false } = flags;
  const connection = await connect(flags);
  try {
    const body = { dryRun };
    const collected = await request<Collected>(connection.api, '/api/collect', { method: 'POST', body });
    if (flags.json) printJson(collected);
    else describe(collected, dryRun);
    return 0;
  } finally {
    await connection.close();
  }
}

function describe({ runs, packedBytes, freedBytes }: Collected, dryRun: boolean): void {
  if (runs.length > 0) {
    const rows = runs.map(({ run, name, endedAt, because, bytes }) => [
      run.slice(0, 8),
      name,
      new Date(endedAt).toLocaleString('sv'),
      REASONS[because],
      formatBytes(bytes),
    ]);
    printLine(formatTable([['RUN', 'NAME', 'ENDED', 'BECAUSE', 'SIZE'], ...rows]));
  }
  if (dryRun) return printLine(`${runs.length} runs would be deleted.`);
  const packed = packedBytes > 0 ? `, ${formatBytes(packedBytes)} saved by compression` : '';
  printLine(`${runs.length} runs deleted${packed}; the file is ${formatBytes(freedBytes)} smaller.`);
}
