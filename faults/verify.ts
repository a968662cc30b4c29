import { isDeepStrictEqual } from 'node:util';
import type { JournalEvent, RunFeedLine, RunSummary } from '../core/api/contract.ts';
import { follow, request } from '../core/api/client.ts';
import type { RunningHost } from '../e2e/support/host.ts';
import type { Witness } from './traffic.ts';

/** What the reopened journal says about a run, against what was promised before the host died. */
export async function verifyRun(host: RunningHost, witness: Witness): Promise<readonly string[]> {
  try {
    return await compare(host, witness);
  } catch (error) {
    // The host's own refusal (no such run, no such span) is the finding.
    return [`run ${witness.run}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

async function compare(host: RunningHost, witness: Witness): Promise<readonly string[]> {
  const { run, seen, acknowledgedExports, endAcknowledged } = witness;
  const violations: string[] = [];
  const say = (words: string) => void violations.push(`run ${run}: ${words}`);
  const summary = await request<RunSummary>(host.api, `/api/runs/${run}`);
  if (endAcknowledged && summary.status !== 'completed')
    say(`its end was acknowledged, now it is ${summary.status}`);
  if (summary.status === 'running') {
    say('it is still running under a host that did not start it');
    return violations;
  }
  const events = await readAll(host, witness, say);
  for (const [index, event] of events.entries()) {
    if (event.seq === index + 1) continue;
    say(`event ${index + 1} is missing`);
    break;
  }
  const last = events.at(-1);
  if (last?.type !== 'run-ended') say(`its last event is ${last?.type ?? 'missing'}, not run-ended`);
  else if (last.data.status !== summary.status)
    say(`its journal ends ${last.data.status}, its row says ${summary.status}`);
  for (const [seq, event] of seen) {
    const kept = events[seq - 1];
    if (kept === undefined) say(`acknowledged event ${seq} (${event.type}) is lost`);
    else if (!isDeepStrictEqual(kept, event)) say(`acknowledged event ${seq} (${event.type}) has changed`);
  }
  const exports = events.filter(({ type }) => type === 'span-reported').length;
  if (exports < acknowledgedExports)
    say(`${acknowledgedExports} exports were acknowledged, ${exports} are there`);
  violations.push(...(await verifyNewestBody(host, witness)));
  return violations;
}

async function readAll(
  host: RunningHost,
  { run }: Witness,
  say: (words: string) => void,
): Promise<readonly JournalEvent[]> {
  const events: JournalEvent[] = [];
  for await (const line of follow<RunFeedLine>(
    host.api,
    `/api/runs/${run}/events`,
    AbortSignal.timeout(20_000),
  )) {
    if ('events' in line) events.push(...line.events);
    else say(line.problem.message);
  }
  return events;
}

/** The body of the newest acknowledged call is the likeliest to be lost: it must be there, whole. */
async function verifyNewestBody(host: RunningHost, { run, seen }: Witness): Promise<readonly string[]> {
  const newest = [...seen.values()].findLast((event) => event.type === 'call-received');
  if (newest?.type !== 'call-received' || !newest.data.body) return [];
  const detail = await request<{ readonly request?: { readonly bytes: number; readonly text: string } }>(
    host.api,
    `/api/runs/${run}/spans/${newest.spanId}`,
  );
  const length = Buffer.byteLength(detail.request?.text ?? '');
  return length === newest.data.body.bytes
    ? []
    : [`run ${run}: the body of call ${newest.spanId} has ${length} of ${newest.data.body.bytes} bytes`];
}
