import type { ServerResponse } from 'node:http';
import type { HeaderList } from '../../scheduling/upstream.ts';
import type { AnswerObserver } from './observe-answer.ts';

/** True where the answer came whole; what breaks off there breaks off here, too. A slow reader slows the sender down. */
export async function passAnswer(
  body: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  observer: AnswerObserver,
): Promise<boolean> {
  try {
    for await (const chunk of body) {
      observer.feed(chunk);
      if (response.destroyed) return false;
      if (!response.write(chunk)) await drained(response);
    }
  } catch {
    response.destroy();
    return false;
  }
  observer.end();
  response.end();
  return true;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** RFC 9110 §7.6.1: without what belongs to the connection. */
const OF_CONNECTION = /^(connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** undici's raw headers, which are names and values in turn: as the server wrote them, in their order. */
export function endToEnd(raw: unknown): HeaderList {
  const flat = raw as readonly string[];
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) pairs.push([flat[index]!, flat[index + 1]!]);
  return pairs.filter(([name]) => !OF_CONNECTION.test(name));
}
