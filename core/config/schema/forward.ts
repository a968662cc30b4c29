import { z } from 'zod';

/** `[forward]`. */
export const forwardSchema = z.strictObject({
  /** The base URL of a collector's OTLP/HTTP; without it nothing is sent. */
  endpoint: z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL is needed' }).optional(),
  /** Sent with each export; `env:NAME` is read from the environment. */
  headers: z.record(z.string().regex(/^[\w-]+$/, 'the name of a header is needed'), z.string()).default({}),
});

export type ForwardOptions = z.output<typeof forwardSchema>;
