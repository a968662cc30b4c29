import type { WireDialect } from '../../dialects/dialect.ts';
import type { CallError, Dialect } from '../../journal/event.ts';
import type { Plan } from '../../routing/plan.ts';
import type { RoutingTable } from '../../routing/routing-table.ts';
import type { Call } from '../../scheduling/call.ts';
import { headerOf } from '../../scheduling/headers.ts';
import type { Destination } from '../../scheduling/run-call.ts';
import type { PassThrough } from '../runs.ts';

/** Where an agent's own key belongs when nothing says otherwise. */
const PROVIDERS: Readonly<Record<Exclude<Dialect, 'http'>, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
};

export interface DestinationSettings {
  readonly table: RoutingTable;
  readonly clientToken: string;
  readonly configFile: string;
}

/** The client's credential without its scheme. */
export function credentialOf(call: Pick<Call, 'headers'>): string | undefined {
  const bearer = headerOf(call.headers, 'authorization')?.replace(/^bearer\s+/i, '');
  return bearer ?? headerOf(call.headers, 'x-api-key');
}

/**
 * Where a call goes: to what its `model` names in the configuration; else, with a key of the agent's own, to the
 * provider that the key is for; else nowhere, with the reason.
 */
export function chooseDestination(
  settings: DestinationSettings,
  call: Call,
  passThrough: PassThrough,
): Destination {
  const { table, clientToken, configFile } = settings;
  const credential = credentialOf(call);
  const isRouted = call.wire !== undefined && ROUTED.has(call.wire);
  const plan = isRouted ? table.plan(call.task) : servicePlan(settings, call);
  if (plan) {
    // A key that the user entrusted to us is spent only for whoever was let in: a run's own address cannot be guessed.
    const knowsRun = call.attribution === 'prefix' || call.attribution === 'header';
    if (!knowsRun && credential !== clientToken && spendsKeys(table, plan)) {
      return refused(
        401,
        'invalid_api_key',
        `"${call.model}" is answered with a key of your configuration, so the call must carry Signalbox's own token (see the Connect page), or come from \`signalbox run\`.`,
      );
    }
    return { kind: 'plan', plan };
  }
  if (call.dialect === 'http') {
    return refused(
      404,
      'service_not_found',
      `There is no service "${call.task.model}". Known are ${listed(table.services)}. Add it in ${configFile}.`,
    );
  }
  const ownKey = credential !== undefined && credential !== clientToken;
  const known = passThrough[call.dialect];
  if (ownKey && (known !== undefined || credential.startsWith('sk-'))) {
    return { kind: 'plan', plan: table.passThrough(call.dialect, known ?? PROVIDERS[call.dialect]) };
  }
  if (!isRouted && !isModelSought(call)) {
    return refused(
      404,
      'not_found',
      `Signalbox itself answers chat completions, responses, embeddings, messages and the list of models; ${call.method} ${call.path} is passed through only with a key of the provider's, and none was sent.`,
    );
  }
  return refused(
    404,
    'model_not_found',
    `Nothing here is called "${call.model}". Known are ${listed(table.names)}. Add it in ${configFile}, or send a key of the provider's (sk-…) and the call is passed through to it.`,
  );
}

/** What goes to what is configured; of the rest nobody here knows a thing. */
const ROUTED: ReadonlySet<WireDialect> = new Set<WireDialect>([
  'openai-chat',
  'openai-responses',
  'openai-embeddings',
  'anthropic-messages',
  'anthropic-count-tokens',
]);

/** Whether a key of the configuration may be spent on a call that goes this way, or where it falls back to. */
function spendsKeys(table: RoutingTable, plan: Plan, seen = new Set<Plan>()): boolean {
  if (seen.has(plan)) return false;
  seen.add(plan);
  const members = plan.tiers.flatMap(({ pools }) => pools.flatMap((pool) => pool.members));
  if (members.some(({ instance }) => instance.apiKey !== undefined)) return true;
  const steps = [...Object.values(plan.fallback.byClass), plan.fallback.exhausted];
  return steps.some((step) => {
    const next = table.follow(step);
    return next !== undefined && spendsKeys(table, next, seen);
  });
}

/** A model that is asked about, and would have been answered if it were known here. */
function isModelSought({ wire, model }: Call): boolean {
  return (wire === 'openai-models' || wire === 'anthropic-models') && model !== undefined;
}

/** Rules are about models: a service is what its path names. */
function servicePlan({ table }: DestinationSettings, { dialect, task }: Call): Plan | undefined {
  return dialect === 'http' ? table.resolve(task.model) : undefined;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ') || 'none';
}

function refused(status: number, code: string, message: string): Destination {
  const error: CallError = { code, message, status };
  return { kind: 'refused', status, error };
}
