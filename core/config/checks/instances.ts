import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';
import { SIMULATED_ENDPOINT } from '../schema/instances.ts';
import { noSuchName } from '../words.ts';
import { valueOf } from './targets.ts';

const SIMULATED: ReadonlySet<string> = new Set(['llm', 'embedding']);

/** Providers that could not serve what they are said to, and instances that nobody could reach. */
export function checkInstances(config: Config): readonly Finding[] {
  return [...checkProviders(config), ...Object.keys(config.instances).flatMap((name) => check(config, name))];
}

function checkProviders({ providers }: Config): readonly Finding[] {
  const twoKeys = Object.entries(providers)
    .filter(([, { apiKey, apiKeyEnv }]) => apiKey !== undefined && apiKeyEnv !== undefined)
    .map(([name]) => ({
      path: ['providers', name, 'apiKey'],
      message: 'a provider has one key: take out this or api_key_env',
    }));
  const elsewhere = Object.entries(providers)
    .filter(([, { endpoint, category }]) => endpoint === SIMULATED_ENDPOINT && !SIMULATED.has(category))
    .map(([name, { category }]) => ({
      path: ['providers', name, 'category'],
      message: `the simulated provider is an "llm" or "embedding"; for "${category}" an http:// or https:// endpoint is needed`,
    }));
  return [...twoKeys, ...elsewhere];
}

function check({ instances, providers, simulated }: Config, name: string): readonly Finding[] {
  const { provider, model } = instances[name]!;
  const path = ['instances', name];
  const target = valueOf(providers, provider);
  if (!target) {
    const message = noSuchName('provider', provider, Object.keys(providers));
    return [{ path: [...path, 'provider'], message }];
  }
  const { category, endpoint } = target;
  if (model === undefined) {
    if (category !== 'llm' && category !== 'embedding') return [];
    return [{ path: [...path, 'model'], message: `an instance of the category "${category}" needs a model` }];
  }
  if (endpoint !== SIMULATED_ENDPOINT || valueOf(simulated.models, model)) return [];
  const message = noSuchName('simulated model', model, Object.keys(simulated.models));
  return [{ path: [...path, 'model'], message }];
}
