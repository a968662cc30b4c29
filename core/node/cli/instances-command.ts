import { request, type ApiFetch } from '../../api/client.ts';
import type {
  HostInfo,
  InstanceInfo,
  RegisterInstance,
  SetBreaker,
  UpdateInstance,
} from '../../api/contract.ts';
import { withRunningHost, type HostFlags } from './connect.ts';
import { CommandFailure } from './failure.ts';
import { formatMillis, formatShare, formatTable, printJson, printLine } from './output.ts';

interface InstanceFlags extends HostFlags {
  readonly json?: boolean;
}

/** What can be said of an instance at any time. */
interface SettingFlags extends InstanceFlags {
  readonly weight?: number;
  readonly priority?: number;
  readonly capability?: string[];
  readonly contextWindow?: number;
  readonly maxConcurrent?: number;
  readonly zone?: string;
  readonly label?: Record<string, string>;
}

/** Settings that can be taken away, as the command line names them. */
const REMOVABLE = {
  capabilities: 'capabilities',
  'context-window': 'contextWindow',
  'max-concurrent': 'capacity',
  zone: 'zone',
  labels: 'labels',
} as const satisfies Record<string, keyof UpdateInstance>;
export const REMOVABLE_SETTINGS = Object.keys(REMOVABLE);

export interface RegisterFlags extends SettingFlags {
  readonly endpoint: string;
  readonly model?: string;
  readonly provider?: string;
  readonly category?: RegisterInstance['category'];
  readonly dialect?: RegisterInstance['dialect'];
  readonly pool?: string[];
  readonly apiKeyEnv?: string;
}

export interface UpdateFlags extends SettingFlags {
  readonly maintenance?: 'on' | 'off';
  readonly without?: readonly (keyof typeof REMOVABLE)[];
}

/** `signalbox instances list`: every instance with its live figures. */
export function listInstancesCommand(flags: InstanceFlags): Promise<number> {
  return withRunningHost(flags, async (api) => {
    const { instances } = await request<HostInfo>(api, '/api/host');
    if (flags.json) printJson(instances);
    else {
      const head = ['NAME', 'CATEGORY', 'MODEL', 'HEALTH', 'BREAKER', 'IN FLIGHT', 'SUCCESS', 'FIRST TOKEN'];
      printLine(formatTable([head, ...instances.map(rowOf)]));
    }
  });
}

/** `signalbox instances register NAME --endpoint URL …`: an instance until the host ends. */
export function registerInstanceCommand(name: string, flags: RegisterFlags): Promise<number> {
  const { endpoint, model, provider, category, dialect, pool, apiKeyEnv } = flags;
  return withRunningHost(flags, async (api) => {
    const body = {
      name,
      endpoint,
      ...(model !== undefined && { model }),
      ...(provider !== undefined && { provider }),
      ...(category !== undefined && { category }),
      ...(dialect !== undefined && { dialect }),
      ...(pool && { pools: pool }),
      ...(apiKeyEnv !== undefined && { apiKeyEnv }),
      ...settingsOf(flags),
    } satisfies RegisterInstance;
    const instance = await request<InstanceInfo>(api, '/api/instances', { method: 'POST', body });
    tellOf(instance, `${name} is registered until the host ends.`, flags);
  });
}

/** `signalbox instances update NAME …`: new settings from now on. */
export async function updateInstanceCommand(name: string, flags: UpdateFlags): Promise<number> {
  const { maintenance, without = [] } = flags;
  const body: UpdateInstance = {
    ...settingsOf(flags),
    ...Object.fromEntries(without.map((setting) => [REMOVABLE[setting], null])),
    ...(maintenance !== undefined && { maintenance: maintenance === 'on' }),
  };
  if (Object.keys(body).length === 0)
    throw new CommandFailure(`Nothing to change of ${name}; --help says what can be.`, 2);
  return withRunningHost(flags, async (api) => {
    const instance = await request<InstanceInfo>(api, pathOf(name), { method: 'PATCH', body });
    tellOf(instance, `${name} is changed.`, flags);
  });
}

/** `signalbox instances remove NAME`: no further call goes there. */
export function removeInstanceCommand(name: string, flags: InstanceFlags): Promise<number> {
  return withRunningHost(flags, async (api) => {
    await request(api, pathOf(name), { method: 'DELETE' });
    if (flags.json) printJson({ removed: name });
    else printLine(`${name} is removed.`);
  });
}

/** `signalbox instances isolate NAME` and `restore NAME`: its breaker, by hand. */
export function setBreakerCommand(
  name: string,
  state: SetBreaker['state'],
  flags: InstanceFlags,
): Promise<number> {
  return withRunningHost(flags, async (api) => {
    const body: SetBreaker = { state };
    await request(api, `${pathOf(name)}/breaker`, { method: 'POST', body });
    const { breaker } = await findInstance(api, name);
    if (flags.json) printJson({ name, breaker });
    else printLine(`The breaker of ${name} is ${breaker}.`);
  });
}

async function findInstance(api: ApiFetch, wanted: string): Promise<Partial<InstanceInfo>> {
  const { instances } = await request<HostInfo>(api, '/api/host');
  return instances.find(({ name }) => name === wanted) ?? {};
}

function pathOf(name: string): string {
  return `/api/instances/${encodeURIComponent(name)}`;
}

function tellOf(instance: InstanceInfo, words: string, { json }: InstanceFlags): void {
  if (json) printJson(instance);
  else printLine(words);
}

function rowOf(instance: InstanceInfo): readonly string[] {
  const { health, maintenance, outstanding, capacity } = instance;
  return [
    instance.name,
    instance.category,
    instance.model || '-',
    maintenance ? `${health}, maintenance` : health,
    instance.breaker ?? '-',
    capacity === undefined ? `${outstanding}` : `${outstanding} of ${capacity}`,
    formatShare(instance.successRate),
    formatMillis(instance.firstTokenMs),
  ];
}

function settingsOf(flags: SettingFlags) {
  const { weight, priority, capability, contextWindow, maxConcurrent, zone, label } = flags;
  return {
    ...(weight !== undefined && { weight }),
    ...(priority !== undefined && { priority }),
    ...(capability && { capabilities: capability }),
    ...(contextWindow !== undefined && { contextWindow }),
    ...(maxConcurrent !== undefined && { capacity: maxConcurrent }),
    ...(zone !== undefined && { zone }),
    ...(label && { labels: label }),
  };
}
