import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../base/json.ts';
import { DamagedFile, placeOf } from './damaged-file.ts';
import { array, either, object, SKIP, value, type Shape } from './json-shape.ts';
import { JSON_LIMITS, readJson, type JsonLimits, type JsonPiece } from './json-stream.ts';
import { sourceOf } from './test-source.ts';

async function piecesOf(
  text: string | Uint8Array,
  shape: Shape,
  limits: JsonLimits = JSON_LIMITS,
  chunk = 7,
): Promise<readonly JsonPiece[]> {
  const pieces: JsonPiece[] = [];
  for await (const some of readJson(sourceOf(text, chunk)(), shape, limits)) pieces.push(...some);
  return pieces;
}

async function valuesOf(text: string, shape: Shape, limits?: JsonLimits, chunk?: number) {
  const pieces = await piecesOf(text, shape, limits, chunk);
  return pieces.map((piece) =>
    piece.kind === 'value' ? [piece.name, piece.value] : [piece.kind, piece.name],
  );
}

/** Where and why a text is refused. */
async function refusal(text: string | Uint8Array, shape: Shape, limits?: JsonLimits): Promise<string> {
  try {
    await piecesOf(text, shape, limits);
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    const { line, column } = await placeOf(sourceOf(text, 7), error.offset);
    return `${error.message} at ${line}:${column}`;
  }
  return 'read';
}

const ITEMS = object({ head: value('head'), items: array(value('item')) }, { rest: SKIP });

describe('readJson', () => {
  it('gives the elements of a named array, and what stands around it, one by one', async () => {
    const text = '{"head":{"a":1},"items":[1,"two",{"three":[3]},[],null,true,-4.5e3],"tail":[{"x":"]}"}]}';
    expect(await valuesOf(text, ITEMS)).toEqual([
      ['head', { a: 1 }],
      ...[1, 'two', { three: [3] }, [], null, true, -4500].map((item) => ['item', item]),
    ]);
  });

  it('marks the beginning and the end of what has a name', async () => {
    const shape = array(object({ n: array(value('n')) }, { name: 'group' }));
    expect(await valuesOf('[{"n":[1]},{}]', shape)).toEqual([
      ['begin', 'group'],
      ['n', 1],
      ['end', 'group'],
      ['begin', 'group'],
      ['end', 'group'],
    ]);
  });

  it('reads documents in a row, with or without white space, and a byte order mark', async () => {
    const many = { ...JSON_LIMITS, documents: 'many' } as const;
    const shape = either(object({}, { rest: value('m') }), array(value('item')));
    expect(await valuesOf('\uFEFF{"a":1}{"a":2}\n\n[3]\u001e[4]', shape, many)).toEqual([
      ['m', 1],
      ['m', 2],
      ['item', 3],
      ['item', 4],
    ]);
    expect(await refusal('{"head":1} {"head":2}', ITEMS)).toBe(
      'Expected the end of the file, found "{" at 1:12',
    );
  });

  it('takes null for an array or an object that is not there, and nothing else', async () => {
    expect(await valuesOf('{"items":null}', ITEMS)).toEqual([]);
    expect(await refusal('{"items":{}}', ITEMS)).toBe('Expected an array, found "{" at 1:10');
    expect(await refusal('{"items":7}', ITEMS)).toBe('Expected "items" to be an array at 1:10');
  });

  it('lets only an array end with the file that may', async () => {
    const open = array(value('item'), { mayEndOpen: true });
    for (const end of ['', ',', ' ,\n', ']', ',]']) {
      expect(await valuesOf(`[{"a":1},2${end}`, open)).toEqual([
        ['item', { a: 1 }],
        ['item', 2],
      ]);
    }
    expect(await refusal('[1,2', array(value('item')))).toBe(
      'The file ends in the middle of an array at 1:5',
    );
    expect(await refusal('[1,2,]', array(value('item')))).toBe('Expected a value, found "]" at 1:6');
    expect(await refusal('[{"a":', open)).toBe('The file ends in the middle of a value at 1:7');
  });

  it.each([
    ['', 'The file is empty at 1:1'],
    ['{"items":[{"a":1,}]}', 'Expected a name in quotes, found "}" at 1:18'],
    ['{"items":[\n{"a":tru}]}', 'Expected a value, found "t" at 2:6'],
    ['{"items":[1 2]}', 'Expected a comma or ], found "2" at 1:13'],
    ['{"items" [1]}', 'Expected a colon, found "[" at 1:10'],
    ['{"items":["a\\x"]}', 'A string has an unknown escape at 1:13'],
    ['{"items":["a\tb"]}', 'A string has a control character at 1:13'],
    ['{"items":[01]}', 'Expected a value, found "0" at 1:11'],
    ['{"items":[{"a":[1}]}', 'Expected a comma or ], found "}" at 1:18'],
    ['{"items":["é", {"é":nil}]}', 'Expected a value, found "n" at 1:21'],
    ['{"items":[1]', 'The file ends in the middle of an object at 1:13'],
    ['{"items":[NaN]}', 'Expected a value, found "N" at 1:11'],
  ])('says where and why it refuses %j', async (text, said) => {
    expect(await refusal(text, ITEMS)).toBe(said);
  });

  it('says which byte is no UTF-8', async () => {
    const bytes = new TextEncoder().encode('{"items":["ab-c"]}');
    bytes[bytes.indexOf(0x2d)] = 0xff;
    expect(await refusal(bytes, ITEMS)).toBe('Not UTF-8 at 1:14');
  });

  it('keeps to its limits', async () => {
    const small = { ...JSON_LIMITS, largestValue: 20, deepest: 4 };
    expect(await refusal(`{"items":["${'x'.repeat(30)}"]}`, ITEMS, small)).toBe(
      'A value is larger than 20 bytes at 1:11',
    );
    expect(await refusal('{"items":[[[[1]]]]}', ITEMS, small)).toBe(
      'Deeper than 4 arrays and objects in each other at 1:13',
    );
    expect(await refusal(`{"tail":"${'x'.repeat(30)}"}`, ITEMS, small)).toBe('read');
  });

  it('finds the same as JSON.parse, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.jsonValue(),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 1, '\t'),
        async (items, head, chunk, indent) => {
          const text = JSON.stringify({ before: items, head, items, after: head }, undefined, indent);
          const { head: knownHead, items: known } = JSON.parse(text) as { head: unknown; items: unknown[] };
          expect(await valuesOf(text, ITEMS, undefined, chunk)).toEqual([
            ['head', knownHead],
            ...known.map((item) => ['item', item]),
          ]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses whatever JSON.parse refuses, with a place inside the text', async () => {
    const whole = object({}, { rest: value('m') });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        fc.nat(),
        fc.constantFrom('', '"', '}', ']', ',', ':', '\\', 'x', '\u0001', '['),
        async (given, place, insert) => {
          const text = JSON.stringify(given);
          const at = place % text.length;
          const broken = text.slice(0, at) + insert + text.slice(at + 1);
          const found = await refusal(broken, whole);
          const isRead = found === 'read';
          expect(isRead).toBe(parseJson(broken) !== undefined && broken.startsWith('{'));
          const [, line] = / at (\d+):\d+$/.exec(found) ?? [];
          expect(line).toBe(isRead ? undefined : '1');
        },
      ),
      { numRuns: 500 },
    );
  });
});
