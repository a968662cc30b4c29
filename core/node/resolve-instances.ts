import { SIMULATED_ENDPOINT, type Config } from '../config/schema.ts';
import type { Instance } from '../registry/instance.ts';
import { StartFailure } from './start-failure.ts';

/** The configured instances with real addresses and with the keys that the environment holds for them. */
export function resolveInstances(
  config: Config,
  simulated: string,
  env: NodeJS.ProcessEnv,
): readonly Instance[] {
  return Object.entries(config.instances).map(
    ([name, { provider, model, context_window, price, ...rest }]) => {
      const { endpoint, api_key_env } = config.providers[provider]!;
      const apiKey = api_key_env === undefined ? undefined : env[api_key_env];
      if (api_key_env !== undefined && !apiKey) {
        throw new StartFailure(
          'key_missing',
          `The provider "${provider}" takes its key from the environment variable ${api_key_env}, which is not set. Set it, or take api_key_env out of the configuration.`,
        );
      }
      return {
        name,
        provider,
        category: 'llm' as const,
        endpoint: endpoint === SIMULATED_ENDPOINT ? simulated : endpoint.replace(/\/+$/, ''),
        model,
        weight: rest.weight,
        priority: rest.priority,
        maintenance: rest.maintenance,
        ...(rest.limits && { limits: definedLimits(rest.limits) }),
        ...(rest.max_concurrent !== undefined && { capacity: rest.max_concurrent }),
        ...(context_window !== undefined && { contextWindow: context_window }),
        ...(price && { price }),
        ...(apiKey !== undefined && { apiKey }),
      };
    },
  );
}

type Limits = NonNullable<Config['instances'][string]['limits']>;

/** Without the members that are not set, for types that tell absent from undefined. */
function definedLimits({ rpm, tpm }: Limits): NonNullable<Instance['limits']> {
  return { ...(rpm !== undefined && { rpm }), ...(tpm !== undefined && { tpm }) };
}
