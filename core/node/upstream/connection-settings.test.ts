import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configOf } from '../../config/test-config.ts';
import { connectionSettings } from './connection-settings.ts';
import { createAuthority } from './test-certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-ca-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the settings of connections', () => {
  it('are those of the host, and over them those of a provider, with the authorities of both', () => {
    const { cert } = createAuthority();
    const far = join(folder, 'far.pem');
    writeFileSync(join(folder, 'near.pem'), cert);
    writeFileSync(far, `# two of them\n${cert}${cert}`);
    const config = configOf(
      `[connections]\nmax = 7\nca_files = ["near.pem"]\n[providers.p]\nendpoint = "http://x"\nconnections = { http2 = false, ca_files = ["${far}"] }`,
    );
    const { host, providers, authorities } = connectionSettings(config, folder, {});
    expect(host).toMatchObject({ max: 7, http2: true, min: 5 });
    expect(providers).toEqual({ p: { ...host, http2: false, caFiles: [far] } });
    expect([...authorities.keys()]).toEqual(['near.pem', far]);
    expect(authorities.get('near.pem')).toBe(cert);
  });

  it('are refused where an authority is none', () => {
    const settingsOf = (text: string | undefined) => () => {
      if (text !== undefined) writeFileSync(join(folder, 'x.pem'), text);
      return connectionSettings(configOf('[connections]\nca_files = ["x.pem"]'), folder, {});
    };
    expect(settingsOf(undefined)).toThrow(/x\.pem of ca_files cannot be read/);
    expect(settingsOf('hello')).toThrow(/there is no CERTIFICATE in it/);
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    expect(settingsOf(broken)).toThrow(/x\.pem of ca_files is no PEM file of certificates/);
  });
});
