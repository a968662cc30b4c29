import { adapterFor } from '../adapters/adapters.ts';
import type { ServiceAdapter } from '../adapters/service-adapter.ts';
import type { Config } from '../config/schema.ts';
import { SIMULATED_ENDPOINT } from '../config/schema/instances.ts';
import type { Instance } from '../registry/instance.ts';
import type { ProviderKey } from './secrets/provider-keys.ts';
import { StartFailure } from './start-failure.ts';

/** The configured instances with real addresses, and with the keys that the environment or the store holds for them. */
export function resolveInstances(
  config: Config,
  simulated: string,
  env: NodeJS.ProcessEnv,
  stored: ReadonlyMap<string, ProviderKey> = new Map(),
): readonly Instance[] {
  return Object.entries(config.instances).map(([name, configured]) => {
    // Those are of the attempts there, not of the instance.
    const {
      timeouts: _timeouts,
      breaker: _breaker,
      hedge: _hedge,
      maxConcurrent,
      model = '',
      ...instance
    } = configured;
    const provider = config.providers[instance.provider]!;
    const { endpoint, apiKeyEnv, category, dialect } = provider;
    const keyHeader = adapterOf(provider)?.keyHeader;
    const requires = instance.requires ?? config.categories[category]?.requires;
    return {
      ...instance,
      name,
      category,
      ...(dialect !== 'openai' && { dialect }),
      ...(keyHeader !== undefined && { keyHeader }),
      endpoint: endpoint === SIMULATED_ENDPOINT ? simulated : endpoint.replace(/\/+$/, ''),
      model,
      ...(requires && { requires }),
      ...(maxConcurrent !== undefined && { capacity: maxConcurrent }),
      ...(apiKeyEnv !== undefined && { apiKey: keyFrom(env, apiKeyEnv, instance.provider) }),
      ...stored.get(instance.provider),
    };
  });
}

/** By which calls to services are read along, by the name of the provider. */
export function serviceAdapters({
  providers,
}: Pick<Config, 'providers'>): ReadonlyMap<string, ServiceAdapter> {
  const adapters = Object.entries(providers).flatMap(([name, provider]) => {
    const adapter = adapterOf(provider);
    return adapter ? [[name, adapter] as const] : [];
  });
  return new Map(adapters);
}

function adapterOf({ adapter, operations }: Config['providers'][string]): ServiceAdapter | undefined {
  return adapterFor(adapter, operations ?? {});
}

function keyFrom(env: NodeJS.ProcessEnv, variable: string, provider: string): string {
  const key = env[variable];
  if (key) return key;
  throw new StartFailure(
    'key_missing',
    `The provider "${provider}" takes its key from the environment variable ${variable}, which is not set. Set it, or take api_key_env out of the configuration.`,
  );
}
