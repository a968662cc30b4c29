import { z } from 'zod';

const text = z.string().min(1, 'must not be empty');
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable is needed');

/** An MCP server: a command that speaks it over its standard streams, or the URL of one that speaks it over HTTP. */
export const mcpServerSchema = z.strictObject({
  /** Program and arguments; no shell reads them. */
  command: z.array(text).min(1, 'a program is needed').exactOptional(),
  /** What the program gets besides the few variables that every program needs. */
  env: z.record(variable, z.string()).exactOptional(),
  /** Variables of the host's own environment that it gets, too: the way for secrets. */
  passEnv: z.array(variable).exactOptional(),
  cwd: text.exactOptional(),
  url: z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL is needed' }).exactOptional(),
  /** Which protocol it speaks: with sessions, without, or whatever is asked of it. */
  era: z.enum(['auto', '2025-11-25', '2026-07-28']).default('auto'),
});

export type McpServerConfig = z.output<typeof mcpServerSchema>;
