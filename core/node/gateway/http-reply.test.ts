import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HttpReply } from './http-reply.ts';

describe('the client of a call that breaks off', () => {
  it('has seen what was said before', async () => {
    const server = createServer((_, response) => {
      const reply = new HttpReply(response, new AbortController().signal);
      reply.start(200, [['content-type', 'text/event-stream']]);
      void reply.write(new TextEncoder().encode('data: half'));
      reply.reset();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (more: string) => (text += more));
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'close');
    server.close();
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text.endsWith('data: half\r\n')).toBe(true);
  });
});
