import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { formatConfigProblem, type ConfigText } from '../config/problems.ts';
import type { Config } from '../config/schema.ts';
import { StartFailure } from './start-failure.ts';

/** Reads the built-in defaults and the user's file over them. Throws `StartFailure` with every problem and its place. */
export function readConfig(
  resourcesDir: string,
  userFile: string | undefined,
): { readonly config: Config; readonly hash: string } {
  const defaults = readText(join(resourcesDir, 'signalbox.default.toml'));
  const loaded = loadConfig(defaults, userFile === undefined ? undefined : readText(userFile));
  if (!loaded.ok) {
    throw new StartFailure('config_invalid', loaded.error.map(formatConfigProblem).join('\n'));
  }
  const hash = createHash('sha256').update(JSON.stringify(loaded.value)).digest('hex');
  return { config: loaded.value, hash };
}

function readText(file: string): ConfigText {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailure('config_unreadable', `The configuration ${file} cannot be read: ${reason}`);
  }
}
