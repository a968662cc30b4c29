import type { Config } from '../../config/schema.ts';
import { SIMULATED_ENDPOINT, STORED_KEY } from '../../config/schema/instances.ts';
import { StartFailure } from '../start-failure.ts';
import type { SecretStore } from './secret-store.ts';

/** A stored key, and the one origin that it may be sent to. */
export interface ProviderKey {
  readonly apiKey: string;
  readonly keyOrigin: string;
}

/** The name of the stored key that a provider takes. */
export function storedNameOf({ apiKey }: Pick<Config['providers'][string], 'apiKey'>): string | undefined {
  return apiKey?.slice(STORED_KEY.length);
}

/** Where the providers are that take the stored key of this name; each origin once. */
export function originsOfKey({ providers }: Pick<Config, 'providers'>, name: string): readonly string[] {
  const users = Object.values(providers).filter((provider) => storedNameOf(provider) === name);
  const origins = users.flatMap(({ endpoint }) =>
    endpoint === SIMULATED_ENDPOINT ? [] : [new URL(endpoint).origin],
  );
  return [...new Set(origins)];
}

/**
 * The stored keys of the configured providers. A key belongs to one origin: the first that it is used for, unless it was
 * stored for another; a configuration that takes it elsewhere is refused. Throws `StartFailure`.
 */
export async function readProviderKeys(
  { providers }: Pick<Config, 'providers'>,
  store: SecretStore,
): Promise<ReadonlyMap<string, ProviderKey>> {
  const keys = new Map<string, ProviderKey>();
  for (const [provider, settings] of Object.entries(providers)) {
    const name = storedNameOf(settings);
    if (name === undefined || settings.endpoint === SIMULATED_ENDPOINT) continue;
    keys.set(provider, await readKey(store, name, provider, new URL(settings.endpoint).origin));
  }
  return keys;
}

async function readKey(
  store: SecretStore,
  name: string,
  provider: string,
  origin: string,
): Promise<ProviderKey> {
  const stored = await store.read(name);
  if (!stored.ok) throw new StartFailure('key_sealed', stored.error);
  if (!stored.value) {
    const message = `The provider "${provider}" takes its key from the stored key "${name}", which is not there. Store it: signalbox secrets set ${name}`;
    throw new StartFailure('key_missing', message);
  }
  const { value: apiKey, origin: bound } = stored.value;
  if (bound === undefined) store.bind(name, origin);
  else if (bound !== origin) {
    const message = `The stored key "${name}" belongs to ${bound}, but the provider "${provider}" is at ${origin}. If that is right, store it again for there: signalbox secrets set ${name} --origin ${origin}`;
    throw new StartFailure('key_bound_elsewhere', message);
  }
  return { apiKey, keyOrigin: origin };
}
