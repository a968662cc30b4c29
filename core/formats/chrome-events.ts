import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { DamagedFile } from './damaged-file.ts';
import { array, either, object, value } from './json-shape.ts';
import { readJson } from './json-stream.ts';

/** A list of events, whose end may be missing, or an object with such a list. */
const EVENTS = either(
  object({ traceEvents: array(value('event')) }),
  array(value('event'), { mayEndOpen: true }),
);

export interface ChromeEvents {
  readonly events: readonly { readonly event: JsonObject; readonly offset: number }[];
  /** Other members of the document. */
  readonly document: JsonObject;
}

/** The events of a trace in the Trace Event Format, some at a time. */
export async function* chromeEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ChromeEvents> {
  for await (const pieces of readJson(chunks, EVENTS)) {
    const events: { event: JsonObject; offset: number }[] = [];
    const document: [string, JsonValue][] = [];
    for (const piece of pieces) {
      if (piece.kind !== 'value') continue;
      if (piece.name === 'other') document.push([piece.key!, piece.value]);
      else if (isJsonObject(piece.value)) events.push({ event: piece.value, offset: piece.offset });
      // What is left of a comma too many in some exporters.
      else if (piece.value !== null) throw new DamagedFile('An event is not an object', piece.offset);
    }
    yield { events, document: Object.fromEntries(document) };
  }
}
