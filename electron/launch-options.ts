import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataDir } from '../core/node/data-dir.ts';

export interface LaunchOptions {
  readonly dataDir: string;
  readonly configFile?: string;
  readonly port?: number;
}

/**
 * `--data`, `--config` and `--port`, else the environment, else the defaults. Other arguments are Electron's and
 * Chromium's own and pass unread. Throws for a value that cannot be meant.
 */
export function readLaunchOptions(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): LaunchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: { data: { type: 'string' }, config: { type: 'string' }, port: { type: 'string' } },
    strict: false,
  });
  const dataDir = text('data', values.data);
  const configFile = text('config', values.config);
  const port = text('port', values.port);
  return {
    dataDir: dataDir === undefined ? defaultDataDir(environment, platform) : resolve(dataDir),
    ...(configFile !== undefined && { configFile: resolve(configFile) }),
    ...(port !== undefined && { port: portOf(port) }),
  };
}

function text(name: string, value: string | boolean | undefined): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new Error(`--${name} needs a value.`);
}

function portOf(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new Error(`--port ${value} is not a port: it is a number from 0 to 65535.`);
}
