import { request } from '../../api/client.ts';
import type { DecideProposal, HostInfo } from '../../api/contract.ts';
import { withRunningHost, type HostFlags } from './connect.ts';
import { formatTable, printJson, printLine } from './output.ts';

interface ProposalFlags extends HostFlags {
  readonly json?: boolean;
}

/** `signalbox proposals list`: what the optimisers would change, and what became of it, newest first. */
export function listProposalsCommand(flags: ProposalFlags): Promise<number> {
  return withRunningHost(flags, async (api) => {
    const { proposals } = await request<HostInfo>(api, '/api/host');
    if (flags.json) return printJson(proposals);
    if (proposals.length === 0) return printLine('No proposals yet.');
    const rows = proposals.map(({ id, state, kind, target, from, to, reason }) => [
      id,
      state,
      kind,
      target,
      `${from} → ${to}`,
      reason,
    ]);
    printLine(formatTable([['ID', 'STATE', 'KIND', 'TARGET', 'CHANGE', 'REASON'], ...rows]));
  });
}

const DONE = { apply: 'applied', undo: 'undone', dismiss: 'dismissed' } as const;

/** `signalbox proposals apply ID`, `undo ID`, `dismiss ID`. */
export function decideProposalCommand(
  id: string,
  action: DecideProposal['action'],
  flags: ProposalFlags,
): Promise<number> {
  return withRunningHost(flags, async (api) => {
    const body: DecideProposal = { action };
    await request(api, `/api/proposals/${encodeURIComponent(id)}`, { method: 'POST', body });
    if (flags.json) printJson({ id, state: DONE[action] });
    else printLine(`The proposal ${id} is ${DONE[action]}.`);
  });
}
