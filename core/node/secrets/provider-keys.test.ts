import { describe, expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import { fail, ok } from '../../base/result.ts';
import { readProviderKeys } from './provider-keys.ts';
import type { SecretStore, StoredSecret } from './secret-store.ts';

function storeWith(
  secrets: Record<string, StoredSecret>,
  problem?: string,
): SecretStore & { bound: string[] } {
  const bound: string[] = [];
  return {
    bound,
    list: () => [],
    read: (name) => Promise.resolve(problem === undefined ? ok(secrets[name]) : fail(problem)),
    set: () => Promise.resolve(),
    bind: (name, origin) => void bound.push(`${name} ${origin}`),
    remove: () => false,
  };
}

const config = (providers: object) => configSchema.parse({ providers });
const openai = { endpoint: 'https://api.openai.com/v1', apiKey: 'secret:main' };

describe('the stored keys of providers', () => {
  it('belong to the first origin that they are used for', async () => {
    const store = storeWith({ main: { value: 'k' } });
    const providers = {
      openai,
      local: { endpoint: 'http://127.0.0.1:1/v1' },
      other: { ...openai, endpoint: 'simulated' },
    };
    expect(await readProviderKeys(config(providers), store)).toEqual(
      new Map([['openai', { apiKey: 'k', keyOrigin: 'https://api.openai.com' }]]),
    );
    expect(store.bound).toEqual(['main https://api.openai.com']);
  });

  it.each<[string, SecretStore, string, RegExp]>([
    ['are not there', storeWith({}), 'key_missing', /signalbox secrets set main/],
    ['cannot be opened', storeWith({}, 'sealed'), 'key_sealed', /sealed/],
    [
      'belong somewhere else',
      storeWith({ main: { value: 'k', origin: 'https://api.openai.com.evil.example' } }),
      'key_bound_elsewhere',
      /belongs to https:\/\/api\.openai\.com\.evil\.example, but .* --origin https:\/\/api\.openai\.com$/,
    ],
  ])('stop the host where they %s', async (_, store, code, message) => {
    const failed = readProviderKeys(config({ openai }), store);
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
