import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMultipart, writeMultipart } from './multipart.ts';

const text = (content: string) => new TextEncoder().encode(content);

describe('a form with files', () => {
  it('is read as it was written', () => {
    const part = fc.record(
      {
        name: fc.string({ minLength: 1, maxLength: 10 }).filter((name) => !/[\r\n"\\]/.test(name)),
        filename: fc.constantFrom('a.pdf', 'x y.txt', 'ü.docx'),
        contentType: fc.constantFrom('application/pdf', 'text/plain; charset=utf-8'),
        content: fc.uint8Array({ maxLength: 200 }),
      },
      { requiredKeys: ['name', 'content'] },
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const { body, contentType } = writeMultipart(parts, 'the-boundary-of-it');
        expect(readMultipart(body, contentType)).toEqual(parts);
      }),
    );
  });

  it('is read as fetch writes it', async () => {
    const seen = Promise.withResolvers<{ type: string; body: Buffer }>();
    const server = createServer(async (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.resolve({ type: request.headers['content-type']!, body: Buffer.concat(chunks) });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const form = new FormData();
    form.append(
      'files',
      new Blob(['%PDF-1.7\r\n--not a boundary\r\n'], { type: 'application/pdf' }),
      'a "b".pdf',
    );
    form.append('files', new Blob([]), 'empty.txt');
    form.append('strategy', 'fast');
    const { port } = server.address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: form });
    const { type, body } = await seen.promise;
    server.close();
    const parts = readMultipart(body, type);
    expect(parts).toEqual([
      {
        name: 'files',
        filename: 'a %22b%22.pdf',
        contentType: 'application/pdf',
        content: expect.anything() as unknown,
      },
      {
        name: 'files',
        filename: 'empty.txt',
        contentType: 'application/octet-stream',
        content: expect.anything() as unknown,
      },
      { name: 'strategy', content: expect.anything() as unknown },
    ]);
    expect(parts?.map(({ content }) => Buffer.from(content).toString())).toEqual([
      '%PDF-1.7\r\n--not a boundary\r\n',
      '',
      'fast',
    ]);
  });

  it.each([
    ['another type', 'application/json', '{}'],
    ['no boundary', 'multipart/form-data', '--x\r\n\r\n--x--'],
    ['another boundary', 'multipart/form-data; boundary=y', '--x--'],
    ['no end', 'multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'],
    ['no name', 'multipart/form-data; boundary=x', '--x\r\nContent-Type: a/b\r\n\r\nc\r\n--x--'],
    ['half a head', 'multipart/form-data; boundary=x', '--x\r\nContent-Disp'],
    ['nothing', 'multipart/form-data; boundary=x', ''],
  ])('is not read where it has %s', (_, type, body) => {
    expect(readMultipart(text(body), type)).toBeUndefined();
  });

  it('names its parts so that no name ends early', () => {
    const { body, contentType } = writeMultipart([{ name: 'a"\r\nb', content: text('x') }], 'y');
    expect(readMultipart(body, contentType)).toEqual([{ name: 'a%22%0D%0Ab', content: text('x') }]);
  });
});
