import type { Line } from '../matrix/report.ts';
import { CLIENTS } from './clients.ts';
import { CLOCK } from './clock.ts';
import { CONNECTIONS } from './connections.ts';
import { HOST_AND_SERVERS } from './host-and-servers.ts';

const SCENARIOS = [...CLIENTS, ...CLOCK, ...CONNECTIONS, ...HOST_AND_SERVERS];

export interface ScenarioOptions {
  /** Only those whose name has this in it. */
  readonly only?: string | undefined;
  /** Without those that take long. */
  readonly short: boolean;
  readonly progress: (line: string) => void;
}

/** Faults that are no answer of an upstream, one after the other, each with a host of its own. */
export async function runScenarios({
  only = '',
  short,
  progress,
}: ScenarioOptions): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const { name, row, long = false, run } of SCENARIOS) {
    if (!name.includes(only) || (short && long)) continue;
    const problems = await run();
    const failed = problems.length > 0 ? 1 : 0;
    lines.push({ row, name, subject: 'signalbox', passed: 1 - failed, failed, notes: problems });
    progress(`signalbox, ${name}: ${failed === 0 ? 'as it should be' : problems.join('; ')}`);
  }
  return lines;
}
