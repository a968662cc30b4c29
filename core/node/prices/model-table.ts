import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Tokens } from '../../base/units.ts';
import type { Price } from '../../registry/instance.ts';

const number = z.number().nullable();
/** Tokens in and out; USD for a million tokens in, out, read from the cache, written to it, and written for an hour. */
const rowSchema = z.array(number).min(1).max(7);
const tableSchema = z.object({
  source: z.string(),
  providers: z.record(z.string(), z.record(z.string(), rowSchema)),
});

/** What the table has of a model. */
export interface TabledModel {
  readonly maxInput?: Tokens;
  readonly maxOutput?: Tokens;
  readonly price?: Price & { readonly longCacheWrite?: number };
}

/** Context windows and a second opinion on prices, by the providers of the public price list: `resources/prices/README.md`. */
export interface ModelTable {
  readonly source: string;
  readonly providers: readonly string[];
  find(provider: string, model: string): TabledModel | undefined;
}

export function readModelTable(resourcesDir: string): ModelTable {
  const text = readFileSync(join(resourcesDir, 'prices', 'models.json'), 'utf8');
  const { source, providers } = tableSchema.parse(JSON.parse(text));
  return {
    source,
    providers: Object.keys(providers),
    find(provider, model) {
      const models = Object.hasOwn(providers, provider) ? providers[provider]! : {};
      const row = Object.hasOwn(models, model) ? models[model] : undefined;
      return row && describe(row);
    },
  };
}

function describe(row: z.output<typeof rowSchema>): TabledModel {
  const [maxInput, maxOutput, input, output, cachedInput, cacheWrite, longCacheWrite] = row.map(
    (value) => value ?? undefined,
  );
  return {
    ...(maxInput !== undefined && { maxInput }),
    ...(maxOutput !== undefined && { maxOutput }),
    ...(input !== undefined &&
      output !== undefined && {
        price: {
          input,
          output,
          ...(cachedInput !== undefined && { cachedInput }),
          ...(cacheWrite !== undefined && { cacheWrite }),
          ...(longCacheWrite !== undefined && { longCacheWrite }),
        },
      }),
  };
}
