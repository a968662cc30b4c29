import { expect, test } from 'vitest';
import { followLive, type Connection, type LiveStream } from './follow-live.ts';

function answer(...lines: unknown[]): Response {
  return new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function listen(answers: (() => Response)[], given: Partial<LiveStream<number>> = {}) {
  const lines: number[] = [];
  const connections: Connection[] = [];
  const paths: string[] = [];
  const controller = new AbortController();
  const done = followLive<number>({
    api: async (path) => {
      paths.push(path);
      const next = answers.shift();
      if (next) return next();
      controller.abort();
      throw new Error('no more answers');
    },
    path: () => `/api/numbers?from=${lines.length + 1}`,
    onLine: (line) => void lines.push(line),
    onConnection: (connection) => void connections.push(connection),
    signal: controller.signal,
    firstDelay: 1,
    ...given,
  });
  return { done, lines, connections, paths };
}

test('a stream that breaks is taken up where it broke', async () => {
  const broken = () => {
    throw new TypeError('Failed to fetch');
  };
  const { done, lines, connections, paths } = listen([() => answer(1, 2), broken, () => answer(3)], {
    complete: () => lines.length === 3,
  });
  expect(await done).toBeUndefined();
  expect(lines).toEqual([1, 2, 3]);
  expect(paths).toEqual([1, 3, 3].map((from) => `/api/numbers?from=${from}`));
  expect(connections).toEqual(['connecting', 'live', 'reconnecting', 'reconnecting', 'live', 'ended']);
});

test('a refusal is final', async () => {
  const refusal = { error: { code: 'run_not_found', message: 'There is no such run.' } };
  const { done, connections } = listen([() => new Response(JSON.stringify(refusal), { status: 404 })]);
  expect(await done).toMatchObject({ code: 'run_not_found', status: 404 });
  expect(connections).toEqual(['connecting', 'ended']);
});

test('a host in trouble is asked again', async () => {
  const trouble = { error: { code: 'internal', message: 'The disk is full.' } };
  const { done, lines } = listen([
    () => new Response(JSON.stringify(trouble), { status: 500 }),
    () => answer(1),
  ]);
  await done;
  expect(lines).toEqual([1]);
});
