import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import { FileSecretStore } from './file-secret-store.ts';
import { manageSecrets } from './manage-secrets.ts';

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'signalbox-secrets-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const at = (endpoint: string, key: string) => ({ endpoint, apiKey: `secret:${key}` });

function managed() {
  const learnt: string[] = [];
  const store = new FileSecretStore(join(dir, 'secrets.json'));
  const config = configSchema.parse({
    providers: {
      one: at('https://one.example/v1', 'main'),
      two: at('https://one.example/v2', 'main'),
      three: at('https://three.example/v1', 'shared'),
      four: at('https://four.example/v1', 'shared'),
    },
  });
  return { learnt, store, secrets: manageSecrets(store, config, (key) => void learnt.push(key)) };
}

it('a key is stored for the origin of the providers that take it, and listed with them but without its value', async () => {
  const { learnt, store, secrets } = managed();
  expect(await secrets.setSecret({ name: 'main', value: 'value-of-main' })).toEqual({ ok: true });
  expect(secrets.listSecrets()).toEqual([
    {
      name: 'main',
      origin: 'https://one.example',
      sealed: 'plain',
      setAt: expect.any(String) as unknown,
      providers: ['one', 'two'],
    },
  ]);
  expect(learnt).toEqual(['value-of-main']);
  expect(await store.read('main')).toMatchObject({ value: { value: 'value-of-main' } });
  expect([secrets.removeSecret('main'), secrets.removeSecret('main')]).toEqual([true, false]);
});

it('one that providers at several origins take is stored for the one that is said, reduced to its origin', async () => {
  const { secrets } = managed();
  const refused = await secrets.setSecret({ name: 'shared', value: 'v' });
  expect(refused).toMatchObject({ ok: false, error: { message: expect.stringContaining('four.example') } });
  expect(secrets.listSecrets()).toEqual([]);
  await secrets.setSecret({ name: 'shared', value: 'v', origin: 'https://four.example/v1' });
  expect(secrets.listSecrets()).toMatchObject([{ origin: 'https://four.example' }]);
});
