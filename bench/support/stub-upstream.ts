/**
 * A process of its own: the least that answers as an OpenAI-compatible server, straight from a socket, so that what is
 * measured before it is not measured with it. Whole or streamed at once; a request that says `drip` gets an event now and
 * one four times a second for as long as it stays. Prints its port.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { streamedCompletion, wholeCompletion } from '../../e2e/support/scripted-upstream.ts';

const WORDS = 'one two three four five six seven eight'.split(' ');
const EVENTS = streamedCompletion('raw', WORDS);
const WHOLE = wholeCompletion('raw', WORDS.join(' '));
const DRIP_MILLIS = 250;

const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(WHOLE)}\r\n\r\n${WHOLE}`,
);
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const streamed = Buffer.from(`${streamHead}${EVENTS.map(chunk).join('')}0\r\n\r\n`);
const dripHead = Buffer.from(`${streamHead}${chunk(EVENTS[0]!)}`);
const drop = Buffer.from(chunk(EVENTS[1]!));

function serve(socket: Socket): void {
  let seen = Buffer.alloc(0);
  let drip: NodeJS.Timeout | undefined;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearInterval(drip));
  socket.on('data', (bytes) => {
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    for (let end = endOfRequest(seen); end > 0; end = endOfRequest(seen)) {
      const request = seen.subarray(0, end);
      seen = seen.subarray(end);
      if (!request.includes('"stream":true')) socket.write(whole);
      else if (!request.includes('drip')) socket.write(streamed);
      else {
        socket.write(dripHead);
        drip = setInterval(() => socket.write(drop), DRIP_MILLIS);
      }
    }
  });
}

/** Where the first request ends; 0 while it is not whole. */
function endOfRequest(bytes: Buffer): number {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const last = bytes.indexOf('0\r\n\r\n', headEnd + 4);
    return last < 0 ? 0 : last + 5;
  }
  const end = headEnd + 4 + length;
  return bytes.length >= end ? end : 0;
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', 1024, () => console.log((server.address() as AddressInfo).port));
