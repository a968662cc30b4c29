import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBody } from './read-body.ts';

describe('a body', () => {
  it('is read whole, up to its limit', async () => {
    const source = new PassThrough();
    const read = readBody(source, 6);
    source.write('abc');
    source.end('def');
    const body = await read;
    expect(body.ok && new TextDecoder().decode(body.value)).toBe('abcdef');
  });

  it('may be empty', async () => {
    const source = new PassThrough();
    source.end();
    expect(await readBody(source, 6)).toEqual({ ok: true, value: Buffer.alloc(0) });
  });

  it('is told to be too large as soon as it is, and what follows is taken all the same', async () => {
    const source = new PassThrough();
    const read = readBody(source, 6);
    source.write('abc');
    source.write('defg');
    expect(await read).toEqual({ ok: false, error: 'too-large' });
    for (let more = 0; more < 8; more++) source.write(Buffer.alloc(64 * 1024));
    await new Promise<void>((resolve) => void source.end(resolve));
    expect(source.readableLength).toBe(0);
  });

  it.each<[string, (source: PassThrough) => unknown]>([
    ['with an error', (source) => source.destroy(new Error('reset'))],
    ['without one', (source) => source.destroy()],
  ])('that breaks off %s is broken, also where it has done so before', async (_, breakOff) => {
    const source = new PassThrough();
    const read = readBody(source, 6);
    source.write('abc');
    breakOff(source);
    expect(await read).toEqual({ ok: false, error: 'broken' });
    expect(await readBody(source, 6)).toEqual({ ok: false, error: 'broken' });
  });
});
