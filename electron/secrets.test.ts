import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSecretStore } from '../core/node/secrets/file-secret-store.ts';
import { openSecretStore, type SystemSeal } from './secrets.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'signalbox-seal-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A system with this keyring, and how often it was asked for anything. */
function systemWith(backend: ReturnType<SystemSeal['getSelectedStorageBackend']>, available = true) {
  const calls: string[] = [];
  const system: SystemSeal = {
    isAsyncEncryptionAvailable() {
      calls.push('available');
      return Promise.resolve(available);
    },
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: (text) => Promise.resolve(Buffer.from([...Buffer.from(text)].toReversed())),
    decryptStringAsync: (sealed) =>
      Promise.resolve({ result: Buffer.from([...sealed].toReversed()).toString(), shouldReEncrypt: false }),
  };
  return { system, calls };
}

describe('stored keys in the desktop application', () => {
  it('are sealed by the system, also those that the command line has stored', async () => {
    const file = join(dir, 'secrets.json');
    await new FileSecretStore(file).set('a', 'value-of-a', 'https://a.example');
    const store = await openSecretStore(file, systemWith('gnome_libsecret').system, 'linux');
    expect(readFileSync(file, 'utf8')).not.toContain('value-of-a');
    expect(await store.read('a')).toEqual({
      ok: true,
      value: { value: 'value-of-a', origin: 'https://a.example' },
    });
    expect(store.list()).toMatchObject([{ name: 'a', sealed: 'os' }]);
  });

  it.each([
    ['linux', 'basic_text', true, 'plain'],
    ['linux', 'unknown', true, 'plain'],
    ['linux', 'kwallet6', false, 'plain'],
    ['darwin', 'unknown', true, 'os'],
    ['win32', 'unknown', true, 'os'],
  ] as const)('on %s with %s (%s) are %s', async (platform, backend, available, sealed) => {
    const file = join(dir, 'secrets.json');
    await new FileSecretStore(file).set('a', 'value-of-a');
    const store = await openSecretStore(file, systemWith(backend, available).system, platform);
    expect(store.list()).toMatchObject([{ sealed }]);
    expect(await store.read('a')).toMatchObject({ value: { value: 'value-of-a' } });
  });

  it('ask nothing of the system where there are none, and are sealed when the first one comes', async () => {
    const { system, calls } = systemWith('kwallet6');
    const store = await openSecretStore(join(dir, 'secrets.json'), system, 'linux');
    expect([store.list(), calls]).toEqual([[], []]);
    await store.set('a', 'value-of-a');
    expect([store.list(), calls]).toMatchObject([[{ name: 'a', sealed: 'os' }], ['available']]);
  });
});
