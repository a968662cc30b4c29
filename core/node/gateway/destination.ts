import type { CallError, Dialect } from '../../journal/event.ts';
import type { RoutingTable } from '../../routing/routing-table.ts';
import type { Call } from '../../scheduling/call.ts';
import { headerOf } from '../../scheduling/headers.ts';
import type { Destination } from '../../scheduling/run-call.ts';
import type { PassThrough } from '../runs.ts';

/** Where an agent's own key belongs when nothing says otherwise. */
const PROVIDERS: Readonly<Record<Dialect, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
};

export interface DestinationSettings {
  readonly table: RoutingTable;
  readonly maxAttempts: number;
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
  const { table, maxAttempts, clientToken, configFile } = settings;
  const credential = credentialOf(call);
  const isRouted = call.dialect === 'openai' && call.operation === 'chat.completions';
  const pool = isRouted && call.model !== undefined ? table.resolve(call.model) : undefined;
  if (pool) {
    // A key that the user entrusted to us is spent only for whoever was let in: a run's own address cannot be guessed.
    const knowsRun = call.attribution === 'prefix' || call.attribution === 'header';
    if (pool.members.some((member) => member.apiKey) && !knowsRun && credential !== clientToken) {
      return refused(
        401,
        'invalid_api_key',
        `"${call.model}" is answered with a key of your configuration, so the call must carry Signalbox's own token (see the Connect page), or come from \`signalbox run\`.`,
      );
    }
    return { kind: 'pool', pool, maxAttempts };
  }
  const ownKey = credential !== undefined && credential !== clientToken;
  const known = passThrough[call.dialect];
  if (ownKey && (known !== undefined || credential.startsWith('sk-'))) {
    return { kind: 'pass-through', provider: call.dialect, endpoint: known ?? PROVIDERS[call.dialect] };
  }
  if (!isRouted) {
    return refused(
      404,
      'not_found',
      `Signalbox itself answers chat completions and the list of models; ${call.method} ${call.path} is passed through only with a key of the provider's, and none was sent.`,
    );
  }
  const names = table.names.map((name) => `"${name}"`).join(', ');
  return refused(
    404,
    'model_not_found',
    `Nothing here is called "${call.model}". Known are ${names}. Add it in ${configFile}, or send a key of the provider's (sk-…) and the call is passed through to it.`,
  );
}

function refused(status: number, code: string, message: string): Destination {
  const error: CallError = { code, message, status };
  return { kind: 'refused', status, error };
}
