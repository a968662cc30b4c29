import { concat } from '../../base/bytes.ts';

/** Whether an answer is a stream of events or one document, which the header mostly says, but not at every server. */
export interface AnswerForm {
  /** As the content type says, until the first bytes say otherwise. */
  readonly isStream: boolean;
  /** Takes a piece; gives what may be read of the answer now: nothing until its form is known, then all of it. */
  take(chunk: Uint8Array): Uint8Array;
  /** Nothing more comes: what was held back. */
  rest(): Uint8Array;
}

/** Characters, without the white space before them, after which it is known whether they are the name of a field. */
const LONGEST_FIELD = 'event:'.length;
/** White space that is waited through, in bytes: some servers keep a connection open with it. */
const LONGEST_HELD = 1024;
const FIELD = /^(?:data:|event:|retry:|id:|:)/;
const FIELDS = ['data:', 'event:', 'retry:', 'id:'];

function isEventStream(contentType: string): boolean {
  return contentType.trimStart().toLowerCase().startsWith('text/event-stream');
}

/** The form that the content type says, whatever comes. */
export function declaredForm(contentType: string): AnswerForm {
  return { isStream: isEventStream(contentType), take: (chunk) => chunk, rest: () => NOTHING };
}

/**
 * The form of an answer that was asked of a model: what begins with `{` is a document although it is called a stream
 * (servers that do not stream, but answer as if they did), and what begins with a field of server-sent events is a
 * stream although it is called JSON.
 */
export function seenForm(contentType: string): AnswerForm {
  let isStream = isEventStream(contentType);
  let isKnown = false;
  let held: Uint8Array[] = [];
  const release = () => {
    const bytes = concat(held);
    held = [];
    return bytes;
  };
  return {
    get isStream() {
      return isStream;
    },
    take(chunk) {
      if (isKnown) return chunk;
      held.push(chunk);
      const bytes = concat(held);
      // Nearly every document begins so: nothing has to be decoded to see it.
      if (bytes[0] === OPEN_BRACE) {
        [isStream, isKnown] = [false, true];
        return release();
      }
      const begun = new TextDecoder().decode(bytes.subarray(0, LONGEST_HELD), { stream: true }).trimStart();
      const start = begun.slice(0, LONGEST_FIELD);
      if (start.startsWith('{')) isStream = false;
      else if (FIELD.test(start)) isStream = true;
      else if (bytes.length < LONGEST_HELD && FIELDS.some((field) => field.startsWith(start))) return NOTHING;
      isKnown = true;
      return release();
    },
    rest: release,
  };
}

const OPEN_BRACE = 0x7b;
const NOTHING = new Uint8Array(0);
