/** A process of its own: answers chat completions at once, streamed or whole, held for as long as the message `hold N ms` says. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamedCompletion, wholeCompletion } from '../../e2e/support/scripted-upstream.ts';

const EVENTS = streamedCompletion('raw', 'one two three four five six seven eight'.split(' '));
const WHOLE = wholeCompletion('raw', 'one two three four five six seven eight');

const server = createServer(async (request, response) => {
  let body = '';
  request.setEncoding('utf8');
  for await (const text of request) body += text;
  const hold = /hold (\d+) ms/.exec(body)?.[1];
  if (hold !== undefined) await sleep(Number(hold));
  if (!body.includes('"stream":true')) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(WHOLE);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of EVENTS) response.write(event);
  response.end();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
