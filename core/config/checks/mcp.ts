import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';

/** Keys that say how a program is started. */
const OF_COMMANDS = ['env', 'passEnv', 'cwd'] as const;

/** MCP servers that are neither a program nor a URL, or both. */
export function checkMcp({ mcp }: Config): readonly Finding[] {
  return Object.entries(mcp).flatMap(([name, server]) => {
    const path = ['mcp', name];
    if (server.url === undefined && server.command === undefined)
      return [{ path, message: 'an MCP server needs a `command` or a `url`' }];
    if (server.url === undefined) return [];
    if (server.command !== undefined)
      return [{ path: [...path, 'url'], message: 'an MCP server has a `command` or a `url`, not both' }];
    return OF_COMMANDS.filter((key) => server[key] !== undefined).map((key) => ({
      path: [...path, key],
      message: 'belongs to a `command`; a server with a `url` is started by others',
    }));
  });
}
