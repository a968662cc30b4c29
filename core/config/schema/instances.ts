import { z } from 'zod';
import { CATEGORIES } from '../../journal/task.ts';
import { connectionOverridesSchema } from './connections.ts';
import { guardShape } from './guards.ts';
import { nameSchema, priceSchema, quantitiesSchema } from './parts.ts';
import { adapterSchema, operationsSchema } from './services.ts';

/** The endpoint that stands for the simulated provider built into the host. */
export const SIMULATED_ENDPOINT = 'simulated';

/** What stands before the name of a stored key. */
export const STORED_KEY = 'secret:';

const error = 'an http:// or https:// base URL is needed, or "simulated"';
const endpoint = z.union([z.literal(SIMULATED_ENDPOINT), z.url({ protocol: /^https?$/, error })], { error });

export const providerSchema = z.strictObject({
  /** Base URL with its version path, as an SDK would be given it: `https://api.openai.com/v1`. */
  endpoint,
  /** The environment variable that holds the key; keys themselves are never written into a configuration. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable is needed')
    .exactOptional(),
  /** A stored key, by its name. */
  apiKey: z
    .string()
    .refine(
      (written) =>
        written.startsWith(STORED_KEY) && nameSchema.safeParse(written.slice(STORED_KEY.length)).success,
      {
        error:
          'a key is never written here: store it with `signalbox secrets set NAME` and write "secret:NAME"',
      },
    )
    .exactOptional(),
  category: z.enum(CATEGORIES).default('llm'),
  /** Whose API it speaks, of models. */
  dialect: z.enum(['openai', 'anthropic']).default('openai'),
  /** By which its calls are read along, and where its key goes; of services that are no models. */
  adapter: adapterSchema.exactOptional(),
  operations: operationsSchema.exactOptional(),
  /** Over `[connections]`, key by key. */
  connections: connectionOverridesSchema.exactOptional(),
});

const text = z.string().min(1, 'must not be empty');

export const instanceSchema = z.strictObject({
  provider: nameSchema,
  /** Needed where the category has models. */
  model: text.exactOptional(),
  /** What it can do: `tools`, `vision`, `json`, …; where it is absent everything is assumed. */
  capabilities: z.array(text).exactOptional(),
  /** Tokens that fit into one call, input and output together. */
  contextWindow: z.int().positive('a context window is above 0').exactOptional(),
  /** USD for a million tokens; without it the public price list is asked. */
  price: priceSchema.exactOptional(),
  zone: text.exactOptional(),
  labels: z.record(nameSchema, z.string()).exactOptional(),
  /** What an attempt there takes of `[resources]`; wins over what its category requires. */
  requires: quantitiesSchema.exactOptional(),
  /** Share of the traffic under weighted strategies. */
  weight: z.number().positive('a weight is above 0').default(1),
  /** The lowest number is preferred under `priority`. */
  priority: z.int().min(0, 'a priority is 0 or more').default(1),
  /** While it is set, no call goes there. */
  maintenance: z.boolean().default(false),
  ...guardShape,
});
