import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { ConnectionOptions } from '../../config/schema/connections.ts';
import { withOverrides } from '../../resilience/overrides.ts';
import { StartFailure } from '../start-failure.ts';
import type { ConnectionSettings } from './way.ts';

/**
 * What the configuration says of connections, with the authorities read from their files; those are relative to `folder`.
 * Throws `StartFailure` where one cannot be read or holds no certificate.
 */
export function connectionSettings(
  config: Pick<Config, 'connections' | 'providers'>,
  folder: string,
  env: NodeJS.ProcessEnv,
): ConnectionSettings {
  const providers: Record<string, ConnectionOptions> = {};
  for (const [name, { connections }] of Object.entries(config.providers)) {
    if (connections) providers[name] = withOverrides(config.connections, connections);
  }
  const files = [config.connections, ...Object.values(providers)].flatMap(({ caFiles }) => caFiles);
  const authorities = new Map(files.map((file) => [file, readAuthority(resolve(folder, file))]));
  return { host: config.connections, providers, authorities, env };
}

function readAuthority(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailure(
      'ca_file_unreadable',
      `The authority ${file} of ca_files cannot be read: ${reason}`,
    );
  }
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (certificates.length === 0) throw new Error('there is no CERTIFICATE in it');
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailure(
      'ca_file_invalid',
      `${file} of ca_files is no PEM file of certificates: ${reason}`,
    );
  }
  return pem;
}
