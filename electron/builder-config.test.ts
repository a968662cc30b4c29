import { createRequire } from 'node:module';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FuseV1Options } from '@electron/fuses';

const root = join(import.meta.dirname, '..');

interface Target {
  readonly target: readonly string[];
  readonly icon: string;
}

interface BuilderConfig {
  readonly asar: boolean;
  readonly asarUnpack: readonly string[];
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly linux: Target;
  readonly mac: Target;
  readonly win: Target;
}

interface Builder {
  getConfig(projectDir: string, configPath: string): Promise<BuilderConfig>;
  validateConfiguration(config: unknown, log: { readonly isEnabled: boolean; add(): void }): Promise<void>;
}

// electron-builder does not pass its validator on, so it is asked for where electron-builder finds it.
const ask = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
const builder = ask('app-builder-lib/out/util/config/config') as Builder;
const log = { isEnabled: false, add: () => undefined };

let config: BuilderConfig;
beforeAll(async () => {
  config = await builder.getConfig(root, 'electron-builder.yml');
});

test("electron-builder's schema accepts it, and would not accept anything", async () => {
  await builder.validateConfiguration(config, log);
  const wrong = { ...config, electronFuses: { ...config.electronFuses, noSuchFuse: true } };
  await expect(builder.validateConfiguration(wrong, log)).rejects.toThrow('electronFuses');
});

test('targets', () => {
  const { linux, mac, win } = config;
  expect([linux.target, mac.target, win.target]).toEqual([['AppImage', 'deb'], ['dmg'], ['nsis']]);
});

test('native code is outside the archive', () => {
  expect(config.asar).toBe(true);
  expect(config.asarUnpack).toContain('**/*.node');
});

describe('fuses', () => {
  const RELEASE = {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  };

  test('of a release', () => expect(config.electronFuses).toEqual(RELEASE));

  test('none is forgotten: WasmTrapHandlers alone keeps its default', () => {
    const all = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));
    expect(all).toHaveLength(Object.keys(RELEASE).length + 1);
    expect(all).toContain('WasmTrapHandlers');
  });
});

test('icons are there and small', () => {
  expect(existsSync(join(root, config.linux.icon, '512x512.png'))).toBe(true);
  for (const icon of [config.mac.icon, config.win.icon]) {
    expect(statSync(join(root, icon)).size).toBeLessThan(100_000);
  }
});
