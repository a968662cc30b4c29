import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BridgePart } from '../core/api/bridge.ts';
import { serveApiOverIpc } from './api-ipc.ts';
import { bridgeOverIpc } from './bridge-over-ipc.ts';
import { channels } from './ipc-channels.ts';
import { ipcPair, OWN_FRAME, type IpcPair } from './ipc-pair.ts';

let pair: IpcPair;
/** What the API answers, and what it was asked. */
let answer: (request: Request) => Response | Promise<Response>;
let asked: Request[];

beforeEach(() => {
  pair = ipcPair();
  asked = [];
  answer = () => new Response('ok');
  serveApiOverIpc(pair.main, {
    fetch(request) {
      asked.push(request);
      return answer(request);
    },
  });
});
afterEach(() => pair.close());

const get = (id: string) => ({ id, method: 'GET', path: '/api/host' }) as const;

/** Asks over a bridge and waits for the last part. */
async function partsOf(): Promise<BridgePart[]> {
  const parts: BridgePart[] = [];
  await bridgeOverIpc(pair.window, crypto.randomUUID()).request(get('1'), (part) => parts.push(part));
  await vi.waitFor(() => expect(parts.at(-1)?.kind).toMatch(/^(end|broken)$/));
  return parts;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

function bytesIn(parts: readonly BridgePart[]): number[] {
  return parts.flatMap((part) => (part.kind === 'bytes' ? [...part.bytes] : []));
}

describe('bodies', () => {
  test('bytes arrive as they were, however they were cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 50 }),
        fc.integer({ min: 1, max: 5 }),
        async (bytes, size) => {
          const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.slice(index * size, (index + 1) * size),
          );
          answer = () => new Response(streamOf(pieces));
          expect(bytesIn(await partsOf())).toEqual([...bytes]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a part has only its own bytes, not the memory that they are a part of', async () => {
    answer = () => new Response(streamOf([new Uint8Array(1000).subarray(10, 12)]));
    const [part] = await partsOf();
    expect(part?.kind === 'bytes' && part.bytes.buffer.byteLength).toBe(2);
  });

  test('a large one comes in parts', async () => {
    const bytes = Uint8Array.from({ length: 4_000_000 }, (_, index) => index % 251);
    answer = () => new Response(bytes);
    const parts = await partsOf();
    expect(parts.length).toBeGreaterThan(4);
    expect(Buffer.from(bytesIn(parts)).equals(bytes)).toBe(true);
  });

  test('one that breaks off says so', async () => {
    answer = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(bytesOf('half'));
          },
          pull: () => Promise.reject(new Error('disk gone')),
        }),
      );
    expect(await partsOf()).toEqual([
      { kind: 'bytes', bytes: bytesOf('half') },
      { kind: 'broken', message: 'disk gone' },
    ]);
  });
});

describe('refusals', () => {
  test.each([
    ['a frame within the page', () => (pair.contents.frame = { ...OWN_FRAME, frameTreeNodeId: 2 })],
    ['a foreign page', () => (pair.contents.frame = { ...OWN_FRAME, url: 'https://evil.test/' })],
    ['a frame that has gone', () => (pair.contents.frameIsGone = true)],
  ])('%s is told nothing', async (_name, arrange) => {
    arrange();
    await expect(partsOf()).rejects.toThrow('refused');
    expect(asked).toEqual([]);
  });

  test('what is not a request never reaches the API', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        await expect(pair.window.invoke(channels.request, value)).rejects.toThrow('refused');
        pair.window.send(channels.cancel, value);
      }),
    );
    expect(asked).toEqual([]);
  });

  test('an id is used once at a time', async () => {
    answer = () => new Promise(() => {});
    void pair.window.invoke(channels.request, get('1')).catch(() => undefined);
    await expect(pair.window.invoke(channels.request, get('1'))).rejects.toThrow('open already');
  });

  test('a request that the API cannot even be given leaves nothing open', async () => {
    for (let times = 0; times < 2; times++) {
      const withBody = { ...get('1'), body: '{}' };
      await expect(pair.window.invoke(channels.request, withBody)).rejects.not.toThrow('open already');
    }
  });
});

describe('ends', () => {
  test.each(['did-navigate', 'render-process-gone', 'destroyed'] as const)(
    'requests end with their document: %s',
    async (event) => {
      const cancelled = vi.fn();
      answer = () => new Response(new ReadableStream({ cancel: cancelled }));
      const parts: BridgePart[] = [];
      await bridgeOverIpc(pair.window, 'document').request(get('1'), (part) => parts.push(part));
      pair.contents.emit(event);
      await vi.waitFor(() => expect(cancelled).toHaveBeenCalled());
      expect(asked[0]?.signal.aborted).toBe(true);
      expect(parts).toEqual([]);
    },
  );

  test('a document never hears what was meant for the one before it', async () => {
    let say: (text: string) => void = () => {};
    answer = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (controller) => void (say = (text) => controller.enqueue(bytesOf(text))),
        }),
      );
    const heard: BridgePart[] = [];
    await bridgeOverIpc(pair.window, 'old').request(get('1'), () => undefined);
    const sayToOld = say;
    await bridgeOverIpc(pair.window, 'new').request(get('1'), (part) => heard.push(part));
    sayToOld('old');
    say('new');
    await vi.waitFor(() => expect(heard).toEqual([{ kind: 'bytes', bytes: bytesOf('new') }]));
  });

  test('an answer that comes after its cancelling is let go', async () => {
    const cancelled = vi.fn();
    let give: (response: Response) => void = () => {};
    answer = () => new Promise((resolve) => (give = resolve));
    const bridge = bridgeOverIpc(pair.window, 'document');
    const waiting = bridge.request(get('1'), () => undefined);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    bridge.cancel('1');
    await expect(waiting).rejects.toThrow('cancelled');
    give(new Response(new ReadableStream({ cancel: cancelled })));
    await vi.waitFor(() => expect(cancelled).toHaveBeenCalled());
  });
});
