import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { DamagedFile, type Source } from './damaged-file.ts';
import { array, either, object, SKIP, value, type Shape } from './json-shape.ts';
import { JSON_LIMITS, readJson } from './json-stream.ts';

export interface JsonRow {
  readonly row: JsonObject;
  readonly offset: number;
}

const LIMITS = { ...JSON_LIMITS, documents: 'many' } as const;
/** Says only where documents begin and end. */
const OUTLINE = either(object({}, { name: 'document', rest: SKIP }), array(SKIP, { name: 'document' }));
const LINES = value('row');

/** What says where to go on reading, in the answers of APIs. */
const PAGING = { meta: SKIP, next_cursor: SKIP };

const ONE: Shape = either(
  object({ data: array(value('row')), ...PAGING }, { name: 'document', rest: value('member') }),
  array(value('row')),
);

/** Whether a file has more than one document, each of which is small then. */
export async function hasLines(source: Source): Promise<boolean> {
  let documents = 0;
  for await (const pieces of readJson(source(), OUTLINE, LIMITS)) {
    for (const piece of pieces) if (piece.kind === 'begin') documents += 1;
    if (documents > 1) return true;
  }
  return false;
}

/** Objects: as lines, in a list, or in a list that is the `data` of an object. */
export async function* readRows(source: Source): AsyncGenerator<readonly JsonRow[]> {
  yield* (await hasLines(source)) ? readLines(source) : readOne(source);
}

/** Objects, or lists of objects, one document after the other. */
export async function* readLines(source: Source): AsyncGenerator<readonly JsonRow[]> {
  for await (const pieces of readJson(source(), LINES, LIMITS)) {
    yield pieces.flatMap((piece) => (piece.kind === 'value' ? rowsOf(piece.value, piece.offset) : []));
  }
}

async function* readOne(source: Source): AsyncGenerator<readonly JsonRow[]> {
  let members: [string, JsonValue][] = [];
  for await (const pieces of readJson(source(), ONE, LIMITS)) {
    const rows: JsonRow[] = [];
    for (const piece of pieces) {
      if (piece.kind === 'begin') members = [];
      else if (piece.kind === 'end') {
        if (members.length > 0) rows.push({ row: Object.fromEntries(members), offset: piece.offset });
      } else if (piece.name === 'member') members.push([piece.key!, piece.value]);
      else rows.push(...rowsOf(piece.value, piece.offset));
    }
    if (rows.length > 0) yield rows;
  }
}

function rowsOf(value: JsonValue, offset: number): readonly JsonRow[] {
  const items = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  return items.map((row) => {
    if (!isJsonObject(row)) throw new DamagedFile('An entry is not an object', offset);
    return { row, offset };
  });
}
