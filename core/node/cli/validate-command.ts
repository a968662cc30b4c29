import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { dataPaths } from '../data-dir.ts';
import { installation } from '../installation.ts';
import { readConfig } from '../read-config.ts';
import { StartFailure } from '../start-failure.ts';
import { dataDirOf, type HostFlags } from './connect.ts';
import { printJson, printLine, tell } from './output.ts';

/** `signalbox validate [FILE]`: whether a configuration would be taken, with every problem and its place. */
export function validateCommand(
  file: string | undefined,
  flags: HostFlags & { readonly json?: boolean },
): number {
  const given = file ?? flags.config;
  const inFolder = dataPaths(dataDirOf(flags)).config;
  const target = given === undefined ? (existsSync(inFolder) ? inFolder : undefined) : resolve(given);
  const shown = target ?? 'the built-in configuration';
  try {
    const { config } = readConfig(installation.resourcesDir, target);
    const pools = Object.keys(config.pools);
    if (flags.json) printJson({ file: target, ok: true, pools, instances: Object.keys(config.instances) });
    else printLine(`${shown} is valid: pools ${pools.join(', ')}.`);
    return 0;
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    if (flags.json) printJson({ file: target, ok: false, problems: error.message.split('\n') });
    else tell(error.message);
    return 1;
  }
}
