/** The fixture client, with a Signalbox of its own between it and the server: `node relayed-client.ts URL`. */
import { startTestHost } from '../../core/node/test-host.ts';
import { playScenario } from './fixture-client.ts';

const url = process.argv.at(-1)!;
const host = await startTestHost(`[mcp.tested]\nurl = ${JSON.stringify(url)}\n`);
const leave = async (code: number) => {
  await host.remove();
  process.exit(code);
};
process.once('SIGTERM', () => void leave(143));
const isDone = await playScenario(`${host.dataPlane}/mcp/tested`);
await leave(isDone ? 0 : 1);
