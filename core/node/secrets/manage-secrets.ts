import type { ApiProblem, StoreSecret, StoredSecretInfo } from '../../api/contract.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Config } from '../../config/schema.ts';
import { originsOfKey, storedNameOf } from './provider-keys.ts';
import type { SecretStore } from './secret-store.ts';

/** What the control API can ask of the stored keys: a value goes in, and none ever comes out. */
export function manageSecrets(
  store: SecretStore,
  { providers }: Pick<Config, 'providers'>,
  learnKey: (key: string) => void,
) {
  return {
    listSecrets: (): readonly StoredSecretInfo[] =>
      store.list().map((info) => ({
        ...info,
        providers: Object.entries(providers)
          .filter(([, settings]) => storedNameOf(settings) === info.name)
          .map(([name]) => name),
      })),
    async setSecret({ name, value, origin }: StoreSecret): Promise<Result<undefined, ApiProblem['error']>> {
      learnKey(value);
      const configured = originsOfKey({ providers }, name);
      if (origin === undefined && configured.length > 1) {
        const message = `Providers at ${configured.join(' and ')} take the key "${name}", and a key belongs to one. Use two names, or say which origin it is for.`;
        return fail({ code: 'invalid_request', message: `origin: ${message}` });
      }
      await store.set(name, value, origin === undefined ? configured[0] : new URL(origin).origin);
      return ok(undefined);
    },
    removeSecret: (name: string): boolean => store.remove(name),
  };
}
