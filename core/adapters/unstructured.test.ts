import { describe, expect, it } from 'vitest';
import { readMultipart } from './multipart.ts';
import { readAlong } from './read-along.ts';
import { partition, unstructured } from './unstructured.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** As in the documentation of the partition endpoint's output. */
const ELEMENTS = [
  {
    type: 'Title',
    element_id: 'f73329878fbbb0bb131a83e7b6daacbe',
    text: 'Module One - Introduction to Product Development',
    metadata: {
      languages: ['eng'],
      page_number: 1,
      filename: 'product.pdf',
      filetype: 'application/pdf',
    },
  },
  {
    type: 'NarrativeText',
    element_id: '1e8ea2bd5e5e8cbc2d5b5b8d1cd6e4f1',
    text: 'A text over two pages.',
    metadata: { languages: ['eng'], page_number: 2, filename: 'product.pdf', parent_id: 'f73329' },
  },
  {
    type: 'Table',
    element_id: '2f1d',
    text: 'a b',
    metadata: { page_number: 2, filename: 'product.pdf', text_as_html: '<table></table>' },
  },
];

const ask = partition.toRequest({
  files: [
    { name: 'product.pdf', type: 'application/pdf', content: bytes('%PDF-1.7') },
    { name: 'notes.txt', content: bytes('signalbox-form-boundary') },
  ],
  strategy: 'hi_res',
  fields: { coordinates: 'true' },
});

function observe(answer: string, contentType = 'application/json') {
  const along = readAlong(unstructured, { ...ask, contentType: ask.contentType!, body: ask.body! });
  const reading = along!({ contentType, encoded: false });
  for (let at = 0; at < answer.length; at += 100) reading.feed(bytes(answer.slice(at, at + 100)));
  return reading.end();
}

describe('the partition API of Unstructured', () => {
  it('is asked in a form', () => {
    expect(ask).toMatchObject({ method: 'POST', path: '/general/v0/general' });
    const parts = readMultipart(ask.body!, ask.contentType!)!;
    expect(
      parts.map(({ name, filename, contentType, content }) => [
        name,
        filename,
        contentType,
        new TextDecoder().decode(content),
      ]),
    ).toEqual([
      ['files', 'product.pdf', 'application/pdf', '%PDF-1.7'],
      ['files', 'notes.txt', 'application/octet-stream', 'signalbox-form-boundary'],
      ['strategy', undefined, undefined, 'hi_res'],
      ['coordinates', undefined, undefined, 'true'],
    ]);
  });

  it('answers with elements, for one file or for several', () => {
    const one = partition.readAnswer(JSON.stringify(ELEMENTS));
    expect(one).toMatchObject({ ok: true, value: [ELEMENTS] });
    const two = partition.readAnswer(JSON.stringify([ELEMENTS, []]));
    expect(two).toMatchObject({ ok: true, value: [ELEMENTS, []] });
    expect(partition.readAnswer('{"detail":"x"}')).toMatchObject({ error: { code: 'unexpected_answer' } });
  });

  it('is read along: documents, elements and pages', () => {
    const answer = JSON.stringify(ELEMENTS);
    expect(observe(answer)).toEqual({
      operation: 'partition',
      counts: {
        documents: 2,
        documentBytes: 31,
        elements: 3,
        pages: 2,
        sentBytes: ask.body!.length,
        receivedBytes: answer.length,
      },
    });
    const other = ELEMENTS.map((element) => ({
      ...element,
      metadata: { ...element.metadata, filename: 'other.pdf' },
    }));
    expect(observe(JSON.stringify([ELEMENTS, other])).counts).toMatchObject({ elements: 6, pages: 4 });
  });

  it('says nothing of what its answer does not say', () => {
    const plain = ELEMENTS.map(({ metadata: { page_number: _page, ...metadata }, ...element }) => ({
      ...element,
      metadata,
    }));
    expect(observe(JSON.stringify(plain)).counts).not.toHaveProperty('pages');
    const csv = observe('type,text\nTitle,x\n', 'text/csv; charset=utf-8');
    expect(csv.counts).toEqual({
      documents: 2,
      documentBytes: 31,
      sentBytes: ask.body!.length,
      receivedBytes: 18,
    });
    expect(observe('[{"type": "Ti').counts).not.toHaveProperty('elements');
  });

  it.each([
    [
      422,
      '{"detail":[{"type":"missing","loc":["body","files"],"msg":"Field required","input":null}]}',
      { code: 'http_422', message: 'body.files: Field required', status: 422 },
    ],
    [
      400,
      '{"detail":"File type application/x is not supported."}',
      { code: 'http_400', message: 'File type application/x is not supported.', status: 400 },
    ],
    [
      401,
      '{"detail":"API key is malformed, please type the API key correctly in the header."}',
      { code: 'http_401', status: 401 },
    ],
    [500, 'Internal Server Error', { code: 'http_500', message: 'Internal Server Error', status: 500 }],
  ])('fails with %i in the words of FastAPI', (status, body, expected) => {
    expect(unstructured.readError(status, body)).toMatchObject(expected);
  });
});
