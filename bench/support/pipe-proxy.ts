/** The peer: the least that a proxy in Node must do. `node pipe-proxy.ts TARGET-PORT`; prints its own port. */
import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

const target = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true });
const server = createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const options = { host: '127.0.0.1', port: target, method, path: url, headers, agent };
  const forwarded = send(options, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  forwarded.on('error', () => outgoing.destroy());
  incoming.pipe(forwarded);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
