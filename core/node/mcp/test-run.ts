import type { RunId } from '../../base/ids.ts';
import type { JournalEvent } from '../../journal/event.ts';
import { fold } from '../../journal/fold.ts';
import type { McpSpan, RunState } from '../../journal/run-state.ts';
import type { TestHost } from '../test-host.ts';

/** What the journal of a run says by now. */
async function recordedRun(host: TestHost, run: RunId): Promise<RunState> {
  const events: JournalEvent[] = [];
  for await (const page of host.services.followRun(run, 1, AbortSignal.timeout(100))) events.push(...page);
  return fold(undefined, events);
}

export async function mcpSpans(host: TestHost, run: RunId): Promise<readonly McpSpan[]> {
  const { spans } = await recordedRun(host, run);
  return [...spans.values()].filter((span): span is McpSpan => span.kind === 'mcp');
}

export async function logTexts(host: TestHost, run: RunId): Promise<readonly string[]> {
  return (await recordedRun(host, run)).logs.map(({ text }) => text);
}

/** How many of something the log says were left out. */
export async function countDropped(host: TestHost, run: RunId, what: string): Promise<number> {
  const dropped = new RegExp(` ${what}: (\\d+) more`);
  const lines = await logTexts(host, run);
  return lines.reduce((sum, line) => sum + Number(dropped.exec(line)?.[1] ?? 0), 0);
}
