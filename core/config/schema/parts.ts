import { z } from 'zod';
import { STRATEGY_ALIASES, STRATEGY_NAMES, type StrategyName } from '../../balancing/strategies.ts';

export const nameSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]*$/i,
    'a name has letters, digits, ".", "_" and "-" only, and starts with a letter or digit',
  );

const ALIASES = Object.keys(STRATEGY_ALIASES) as StrategyName[];

/** By its own name or another that users know it by; read, it has its own. */
export const strategySchema = z
  .enum([...STRATEGY_NAMES, ...ALIASES])
  .transform((name) => STRATEGY_ALIASES[name] ?? name);

const perMinute = z.int().positive('a limit is above 0; without one leave the key out');

/** Requests and tokens in a minute. */
export const limitsSchema = z.strictObject({
  rpm: perMinute.exactOptional(),
  tpm: perMinute.exactOptional(),
});

/** Attempts at once. */
export const maxConcurrentSchema = z
  .int()
  .positive('at least one attempt must be allowed; without a limit leave the key out');

/** Of each named resource, in the units in which it is declared. */
export const quantitiesSchema = z.record(nameSchema, z.number().positive('a quantity is above 0'));

const usd = z.number().min(0, 'a price is 0 or more');

/** USD for a million tokens; of the cache where it differs from other input. */
export const priceSchema = z.strictObject({
  input: usd,
  output: usd,
  cachedInput: usd.exactOptional(),
  cacheWrite: usd.exactOptional(),
});
