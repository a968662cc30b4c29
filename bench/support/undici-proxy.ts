/** The peer: the least that a proxy over `node:http` and undici must do. `node undici-proxy.ts TARGET-PORT`; prints its own port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`, { connections: 2_000 });
const server = createServer(async (incoming, outgoing) => {
  const { method = 'GET', url = '/', headers } = incoming;
  const { host: _host, connection: _connection, 'transfer-encoding': _coding, ...passed } = headers;
  try {
    const body = method === 'GET' ? null : incoming;
    const answer = await pool.request({ method, path: url, headers: passed, body });
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.body.on('error', () => outgoing.destroy()).pipe(outgoing);
    outgoing.on('close', () => answer.body.destroy());
  } catch {
    outgoing.destroy();
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
