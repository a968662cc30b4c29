import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSecretStore } from './file-secret-store.ts';
import type { SecretBox } from './secret-store.ts';

let dir = '';
let file = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'signalbox-secrets-'));
  file = join(dir, 'secrets.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

const box: SecretBox = {
  kind: 'os',
  seal: (value) => Promise.resolve(Buffer.from(value).toString('hex')),
  open: async (sealed) => {
    if (sealed === 'broken') throw new Error('no such key');
    return Buffer.from(sealed, 'hex').toString();
  },
};

describe('stored keys', () => {
  it('are in a file that only its owner reads, and are listed without their values', async () => {
    const store = new FileSecretStore(file);
    expect([store.list(), await store.read('a')]).toEqual([[], { ok: true, value: undefined }]);
    await store.set('a', 'value-of-a', 'https://a.example');
    await store.set('b', 'value-of-b');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await new FileSecretStore(file).read('a')).toEqual({
      ok: true,
      value: { value: 'value-of-a', origin: 'https://a.example' },
    });
    expect(store.list()).toMatchObject([
      { name: 'a', origin: 'https://a.example', sealed: 'plain' },
      { name: 'b', sealed: 'plain' },
    ]);
    expect(JSON.stringify(store.list())).not.toContain('value-of');
  });

  it('are bound, replaced with what they were bound to, and removed', async () => {
    const store = new FileSecretStore(file);
    await store.set('a', 'one');
    store.bind('a', 'https://a.example');
    store.bind('nobody', 'https://a.example');
    expect(await store.read('a')).toMatchObject({ value: { value: 'one', origin: 'https://a.example' } });
    await store.set('a', 'two');
    expect(await store.read('a')).toEqual({ ok: true, value: { value: 'two' } });
    expect([store.remove('a'), store.remove('a'), store.list()]).toEqual([true, false, []]);
  });

  it('are sealed where the system does that, and are closed to everybody else then', async () => {
    const plain = new FileSecretStore(file);
    await plain.set('a', 'value-of-a', 'https://a.example');
    const sealed = new FileSecretStore(file, () => Promise.resolve(box));
    await sealed.sealAll();
    await sealed.set('b', 'value-of-b');
    expect(readFileSync(file, 'utf8')).not.toContain('value-of');
    expect(await sealed.read('a')).toEqual({
      ok: true,
      value: { value: 'value-of-a', origin: 'https://a.example' },
    });
    expect(await plain.read('a')).toEqual({
      ok: false,
      error: expect.stringContaining('signalbox secrets set a'),
    });
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"value": "[^"]*"/, '"value": "broken"'));
    expect(await sealed.read('a')).toMatchObject({ ok: false });
    expect(await sealed.read('b')).toMatchObject({ ok: true });
  });

  it.skipIf(process.platform === 'win32')('are refused where others can read them', async () => {
    const store = new FileSecretStore(file);
    await store.set('a', 'value-of-a');
    chmodSync(file, 0o644);
    await expect(store.read('a')).rejects.toThrow(`chmod 600 ${file}`);
  });

  it.each(['', '{', '{"version":2,"secrets":{}}', '{"version":1,"secrets":{"a":{"value":"my-secret"}}}'])(
    'are refused where the file is not one of ours (%s), without a word of it',
    async (text) => {
      writeFileSync(file, text, { mode: 0o600 });
      const refused = await new FileSecretStore(file).read('a').catch((error: Error) => error.message);
      expect(refused).toContain('cannot be read');
      expect(refused).not.toContain('my-secret');
    },
  );
});
