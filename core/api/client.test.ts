import fc from 'fast-check';
import { expect, it } from 'vitest';
import { concat } from '../base/bytes.ts';
import { encodeFailure } from '../journal/columns/columns-document.ts';
import { followColumns, type ApiFetch } from './client.ts';

const documents = ['a', 'bb', '', 'c'.repeat(50)].map((code) => ({ problem: { code, message: '运行' } }));
const bytes = concat(documents.map(({ problem }) => encodeFailure(problem)));

/** An API that answers everything with these pieces. */
function answering(pieces: readonly Uint8Array[]): ApiFetch {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  return () => Promise.resolve(new Response(body as ReadableStream));
}

it('documents of columns are whole, wherever their bytes were cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
      const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
      const pieces = places.slice(1).map((to, index) => bytes.slice(places[index], to));
      const got: unknown[] = [];
      for await (const one of followColumns(answering(pieces), '/', new AbortController().signal))
        got.push(one);
      expect(got).toEqual(documents);
    }),
  );
});

it('one that breaks off is no document', async () => {
  for (const size of [5, 20, bytes.length - 1]) {
    const got = followColumns(answering([bytes.slice(0, size)]), '/', new AbortController().signal);
    const all = (async () => {
      for await (const _ of got);
    })();
    await expect(all).rejects.toThrow('broke off');
  }
});
