import { fail, ok, type Result } from '../../base/result.ts';
import { Malformed, type Message } from './fields.ts';

/** The two encodings of OTLP/HTTP. */
export type Encoding = 'json' | 'protobuf';

/**
 * Reads a whole export. What is broken is said in words, with its place: nothing of the export is used then. Messages
 * are in protocol.ts.
 */
export function decodeExport<Value>(
  body: Uint8Array,
  encoding: Encoding,
  as: Message<Value>,
): Result<Value, string> {
  try {
    return ok(encoding === 'json' ? as.json(parse(body)) : as.wire(body));
  } catch (error) {
    // The reader of wires throws plain errors where a body breaks off. A TypeError is a mistake of ours.
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    if (!(error instanceof Malformed)) return fail(`The export cannot be decoded: ${error.message}.`);
    const place = error.path.length === 0 ? 'The export' : `The export's ${error.path.join('.')}`;
    return fail(`${place} ${error.message}.`);
  }
}

function parse(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Malformed('is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser quotes what it found, which may be long and may be secret.
    const at = /at position \d+/.exec(error instanceof Error ? error.message : '')?.[0];
    throw new Malformed(`is not valid JSON${at === undefined ? '' : ` ${at}`}`);
  }
}
