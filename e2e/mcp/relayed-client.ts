/** The fixture client, with a Signalbox of its own between it and the server: `node relayed-client.ts URL`. */
import { startTestHost } from '../../core/node/test-host.ts';
import { runScenario } from './fixture-client.ts';

const url = process.argv.at(-1)!;
const host = await startTestHost(`[mcp.tested]\nurl = ${JSON.stringify(url)}\n`);
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Record<string, unknown>;
let code = 0;
try {
  await runScenario(process.env['MCP_CONFORMANCE_SCENARIO'] ?? '', `${host.dataPlane}/mcp/tested`, context);
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  code = 1;
}
await host.remove();
process.exit(code);
