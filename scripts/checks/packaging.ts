import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root, run } from '../tools.ts';
import type { CheckResult } from './result.ts';

interface BuilderConfig {
  getConfig(projectDir: string, configPath: string | undefined): Promise<unknown>;
  validateConfiguration(config: unknown, log: { readonly isEnabled: boolean; add(): void }): Promise<void>;
}

interface BuildConfig {
  readonly main?: unknown;
  readonly preload?: unknown;
  readonly renderer?: unknown;
}

const BUILD_CONFIG = 'electron.vite.config.ts';
const PACKAGE_CONFIG = 'electron-builder.yml';

/** In a process of its own, since electron-builder talks while it reads. */
export async function checkPackaging(): Promise<CheckResult> {
  const { code, output } = await run(process.execPath, [import.meta.filename]);
  return { ok: code === 0, output };
}

/** Whether electron-vite and electron-builder accept our configurations; nothing is built or fetched. */
async function validate(): Promise<string | undefined> {
  const missing = [BUILD_CONFIG, PACKAGE_CONFIG].filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) return `missing: ${missing.join(', ')}`;
  try {
    await validateBuildConfig();
    await validatePackageConfig();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function validateBuildConfig(): Promise<void> {
  const { loadConfigFromFile } = await import('electron-vite');
  const loaded = await loadConfigFromFile(
    { command: 'build', mode: 'production' },
    join(root, BUILD_CONFIG),
    root,
    'error',
  );
  const config = loaded.config as BuildConfig;
  const absent = (['main', 'preload', 'renderer'] as const).filter((part) => config[part] === undefined);
  if (absent.length > 0) throw new Error(`${BUILD_CONFIG} says nothing about ${absent.join(', ')}`);
}

async function validatePackageConfig(): Promise<void> {
  // electron-builder's own validator; its package does not pass it on, so it is asked for where electron-builder finds it.
  const ask = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
  const { getConfig, validateConfiguration } = ask('app-builder-lib/out/util/config/config') as BuilderConfig;
  const config = await getConfig(root, PACKAGE_CONFIG);
  await validateConfiguration(config, { isEnabled: false, add: () => undefined });
}

if (import.meta.main) {
  const problem = await validate();
  if (problem !== undefined) console.error(problem);
  process.exitCode = problem === undefined ? 0 : 1;
}
