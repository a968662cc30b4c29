import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { STRATEGY_NAMES, strategyOptionsSchema } from '../balancing/strategies.ts';
import { fromToml } from './from-toml.ts';
import { loadConfig } from './load.ts';
import { configSchema } from './schema.ts';
import { snakeCase } from './snake-case.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const guide = read('docs/configuration.md');
const defaults = { file: 'signalbox.default.toml', text: read('resources/signalbox.default.toml') };

/** The fenced blocks, each with the heading that it stands under. */
const blocks = guide.split(/^## /m).flatMap((section) => {
  const [heading] = section.split('\n', 1);
  return [...section.matchAll(/^```toml\n([^]*?)^```$/gm)].map(([, text]) => ({ heading, text: text! }));
});

describe('the guide to the configuration', () => {
  it.each(blocks)('has valid files under "$heading"', ({ text }) => {
    expect(loadConfig(defaults, { file: 'block.toml', text })).toMatchObject({ ok: true });
  });

  const settings = blocks
    .filter(({ text }) => text.startsWith('# These are the defaults.'))
    .flatMap(({ text }) => Object.entries(fromToml(configSchema, parse(text)).value as object));

  it.each(settings)('says of every key of %s what its default is', (section, written) => {
    expect({ [section]: written }).toEqual({ [section]: configSchema.parse({})[section as 'queue'] });
  });

  it('says so of all that has defaults', () => {
    expect(settings.map(([section]) => section).toSorted()).toEqual([
      'breaker',
      'connections',
      'dataPlane',
      'forward',
      'health',
      'journal',
      'optimiser',
      'queue',
      'redaction',
      'retry',
      'scheduler',
      'timeouts',
    ]);
  });

  // What would be wrong is said in words.
  const keys = [...keysOf(configSchema)].filter((key) => key !== 'bad_request');

  it.each(keys)('has a word on %s', (key) => {
    expect(guide).toMatch(new RegExp(`\`${key}\`|\\b${key} = |^\\[+(.*\\.)?${key}[.\\]]`, 'm'));
  });

  it.each(STRATEGY_NAMES)('has a word on %s and its options', (strategy) => {
    expect(guide).toContain(`\`${strategy}\``);
    for (const key of keysOf(strategyOptionsSchema(strategy))) expect(guide).toContain(`\`${key}\``);
  });
});

/** All keys that the schema has anywhere, as they are written. */
function keysOf(schema: z.ZodType): ReadonlySet<string> {
  const keys = new Set<string>();
  JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), (name, value: unknown) => {
    if (name === 'properties') for (const key of Object.keys(value as object)) keys.add(snakeCase(key));
    return value;
  });
  return keys;
}
