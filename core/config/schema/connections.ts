import { z } from 'zod';
import { overridesOf } from '../../resilience/overrides.ts';

const time = z.number().positive('a time is above 0').max(86_400_000, 'at most a day');
const PROXY = 'the http:// or https:// URL of a proxy is needed, "environment" or "none"';

/** Secrets are never written into a configuration; the environment may hold a proxy with its password. */
const proxyUrl = z
  .url({ protocol: /^https?$/, error: PROXY })
  .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), {
    error: 'a password is never written here: set HTTPS_PROXY to this URL, and the proxy to "environment"',
  });

/** How an origin is connected to; all instances there share what they have. */
export const connectionOptionsSchema = z.strictObject({
  min: z
    .int()
    .min(0)
    .default(5)
    .describe('Connections that stay open without a call, as far as the other side keeps them.'),
  max: z.int().min(1, 'at least one connection is needed').max(10_000).default(50),
  idleMs: time.default(30_000).describe('How long a connection above the minimum stays open without a call.'),
  acquireMs: time.default(5_000).describe('How long a call waits for a connection where all are busy.'),
  http2: z.boolean().default(true).describe('Over TLS, HTTP/2 is spoken with whoever can.'),
  caFiles: z
    .array(z.string().min(1, 'the path of a file is needed'))
    .default([])
    .describe('PEM files of authorities that are trusted besides the usual ones.'),
  proxy: z.union([z.enum(['environment', 'none']), proxyUrl], { error: PROXY }).default('environment'),
  noProxy: z
    .array(z.string().regex(/^[^\s,]+$/, 'one name, address or "*" each'))
    .default([])
    .describe('Hosts that are reached without the proxy.'),
});

export const connectionOverridesSchema = overridesOf(connectionOptionsSchema);

export type ConnectionOptions = z.output<typeof connectionOptionsSchema>;
