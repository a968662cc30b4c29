import { existsSync } from 'node:fs';
import { dataPaths, prepareDataDir } from '../data-dir.ts';
import { installation } from '../installation.ts';
import { readConfig } from '../read-config.ts';
import { FileSecretStore } from '../secrets/file-secret-store.ts';
import { originsOfKey } from '../secrets/provider-keys.ts';
import { dataDirOf, type HostFlags } from './connect.ts';
import { CommandFailure } from './failure.ts';
import { formatTable, printJson, printLine } from './output.ts';
import { readSecret } from './read-secret.ts';

interface SecretsFlags extends HostFlags {
  readonly origin?: string;
  readonly json?: boolean;
}

/** `signalbox secrets set NAME`: stores a key from standard input, for the one origin that it belongs to. */
export async function setSecretCommand(name: string, flags: SecretsFlags): Promise<number> {
  const origin = flags.origin ?? configuredOrigin(name, flags);
  const value = await readSecret(process.stdin, process.stderr, `Key "${name}" (it is not shown): `);
  const dataDir = dataDirOf(flags);
  prepareDataDir(dataDir);
  await storeOf(flags).set(name, value, origin);
  const where = origin === undefined ? 'for the first provider that takes it' : `for ${origin} alone`;
  if (flags.json) printJson({ name, ...(origin !== undefined && { origin }) });
  else
    printLine(`Stored ${where}; write api_key = "secret:${name}". A host takes it from its next start on.`);
  return 0;
}

/** `signalbox secrets list`: names, never values. */
export function listSecretsCommand(flags: SecretsFlags): number {
  const secrets = storeOf(flags).list();
  if (flags.json) printJson(secrets);
  else if (secrets.length === 0) printLine('No keys are stored.');
  else {
    const rows = secrets.map(({ name, origin, sealed, setAt }) => [
      name,
      origin ?? 'not used yet',
      sealed === 'os' ? 'sealed by the system' : 'in a file of yours',
      setAt.slice(0, 10),
    ]);
    printLine(formatTable([['name', 'belongs to', 'kept', 'since'], ...rows]));
  }
  return 0;
}

/** `signalbox secrets remove NAME` */
export function removeSecretCommand(name: string, flags: SecretsFlags): number {
  if (!storeOf(flags).remove(name)) throw new CommandFailure(`There is no stored key "${name}".`);
  if (flags.json) printJson({ removed: name });
  else printLine(`Removed. A running host has it until it ends.`);
  return 0;
}

/** Where the providers are that take this key; nothing where there is none yet, or the configuration cannot be read. */
function configuredOrigin(name: string, flags: SecretsFlags): string | undefined {
  const { config: inFolder } = dataPaths(dataDirOf(flags));
  const file = flags.config ?? (existsSync(inFolder) ? inFolder : undefined);
  const origins = originsOfKey(readConfig(installation.resourcesDir, file).config, name);
  const [first, ...others] = origins;
  if (others.length === 0) return first;
  throw new CommandFailure(
    `Providers at ${origins.join(' and ')} take the key "${name}", and a key belongs to one. Use two names, or say which with --origin.`,
  );
}

function storeOf(flags: SecretsFlags): FileSecretStore {
  return new FileSecretStore(dataPaths(dataDirOf(flags)).secrets);
}
