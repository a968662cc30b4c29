import { existsSync } from 'node:fs';
import type { SafeStorage } from 'electron';
import { FileSecretStore } from '../core/node/secrets/file-secret-store.ts';
import { PLAIN_BOX, type SecretBox, type SecretStore } from '../core/node/secrets/secret-store.ts';

/** The part of Electron's `safeStorage` that is used here. */
export type SystemSeal = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

/**
 * Stored keys, sealed with a key that the operating system keeps for this application: the Keychain, DPAPI, or the keyring of
 * the desktop. What the command line has stored is sealed on the way. Without a keyring, as in headless hosts, the
 * rights of the file are what keeps others out; a seal with a key that everybody knows would only look like one.
 *
 * Nothing is asked of the system where nothing is stored or to be stored, since it may ask the person.
 */
export async function openSecretStore(
  file: string,
  system: SystemSeal,
  platform: NodeJS.Platform,
): Promise<SecretStore> {
  let box: Promise<SecretBox> | undefined;
  const store = new FileSecretStore(file, () => (box ??= boxOf(system, platform)));
  if (existsSync(file)) await store.sealAll();
  return store;
}

async function boxOf(system: SystemSeal, platform: NodeJS.Platform): Promise<SecretBox> {
  return (await canSeal(system, platform)) ? systemBox(system) : PLAIN_BOX;
}

async function canSeal(system: SystemSeal, platform: NodeJS.Platform): Promise<boolean> {
  if (!(await system.isAsyncEncryptionAvailable())) return false;
  return platform !== 'linux' || !['basic_text', 'unknown'].includes(system.getSelectedStorageBackend());
}

function systemBox(system: SystemSeal): SecretBox {
  return {
    kind: 'os',
    seal: async (value) => (await system.encryptStringAsync(value)).toString('base64'),
    open: async (sealed) => (await system.decryptStringAsync(Buffer.from(sealed, 'base64'))).result,
  };
}
