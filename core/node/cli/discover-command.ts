import { request } from '../../api/client.ts';
import type { Discover, Discovered, DiscoveredInstance } from '../../api/contract.ts';
import { withRunningHost, type HostFlags } from './connect.ts';
import { formatMillis, formatShare, formatTable, printJson, printLine } from './output.ts';

export interface DiscoverFlags extends HostFlags {
  readonly capability?: string[];
  readonly minContext?: number;
  readonly maxPrice?: number;
  readonly zone?: string;
  readonly label?: Record<string, string>;
  readonly json?: boolean;
}

/** `signalbox discover CATEGORY …`: who could take such a call now, the best measured first, and why others could not. */
export function discoverCommand(category: Discover['category'], flags: DiscoverFlags): Promise<number> {
  const { capability, minContext, maxPrice, zone, label } = flags;
  const body: Discover = {
    category,
    requirements: {
      ...(capability && { capabilities: capability }),
      ...(minContext !== undefined && { minContextWindow: minContext }),
      ...(maxPrice !== undefined && { maxPriceUsdPerMillion: maxPrice }),
      ...(zone !== undefined && { zone }),
      ...(label && { labels: label }),
    },
  };
  return withRunningHost(flags, async (api) => {
    const found = await request<Discovered>(api, '/api/discover', { method: 'POST', body });
    if (flags.json) return printJson(found);
    const { instances, refused } = found;
    if (instances.length === 0)
      printLine(`No instance of the category ${category} can take such a call now.`);
    else printLine(formatTable([['NAME', 'MODEL', 'SUCCESS', 'FIRST TOKEN'], ...instances.map(rowOf)]));
    for (const { instance, reason } of refused) printLine(`${instance}: ${reason}`);
  });
}

function rowOf({ name, model, successRate, firstTokenMs }: DiscoveredInstance): readonly string[] {
  return [name, model || '-', formatShare(successRate), formatMillis(firstTokenMs)];
}
