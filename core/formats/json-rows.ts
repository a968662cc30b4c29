import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { DamagedFile } from './damaged-file.ts';
import { array, either, object, SKIP, value, type Shape } from './json-shape.ts';
import { JSON_LIMITS, readJson } from './json-stream.ts';

export interface JsonRow {
  readonly row: JsonObject;
  readonly offset: number;
}

const LIMITS = { ...JSON_LIMITS, documents: 'many' } as const;

/** What says where to go on reading, in the answers of APIs. */
const PAGING = { meta: SKIP, next_cursor: SKIP };

const ROWS: Shape = either(
  object({ data: array(value('row')), ...PAGING }, { name: 'document', rest: value('member') }),
  array(value('row')),
);

/** Objects: as lines, in a list, or in a list that is the `data` of an object. */
export async function* readRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly JsonRow[]> {
  let members: [string, JsonValue][] = [];
  for await (const pieces of readJson(chunks, ROWS, LIMITS)) {
    const rows: JsonRow[] = [];
    for (const piece of pieces) {
      if (piece.kind === 'begin') members = [];
      else if (piece.kind === 'end') {
        if (members.length > 0) rows.push({ row: Object.fromEntries(members), offset: piece.offset });
      } else if (piece.name === 'member') members.push([piece.key!, piece.value]);
      else if (isJsonObject(piece.value)) rows.push({ row: piece.value, offset: piece.offset });
      else throw new DamagedFile('An entry is not an object', piece.offset);
    }
    if (rows.length > 0) yield rows;
  }
}
