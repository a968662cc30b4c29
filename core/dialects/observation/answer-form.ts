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
  return new SeenForm(isEventStream(contentType));
}

class SeenForm implements AnswerForm {
  isStream: boolean;
  private isKnown = false;
  private held: Uint8Array[] = [];

  constructor(isDeclaredStream: boolean) {
    this.isStream = isDeclaredStream;
  }

  take(chunk: Uint8Array): Uint8Array {
    if (this.isKnown) return chunk;
    this.held.push(chunk);
    const bytes = concat(this.held);
    // Nearly every document begins so: nothing has to be decoded to see it.
    if (bytes[0] === OPEN_BRACE) return this.releaseAs(false);
    const begun = new TextDecoder().decode(bytes.subarray(0, LONGEST_HELD), { stream: true }).trimStart();
    const start = begun.slice(0, LONGEST_FIELD);
    if (start.startsWith('{')) return this.releaseAs(false);
    if (FIELD.test(start)) return this.releaseAs(true);
    if (bytes.length < LONGEST_HELD && FIELDS.some((field) => field.startsWith(start))) return NOTHING;
    return this.releaseAs(this.isStream);
  }

  rest(): Uint8Array {
    const bytes = concat(this.held);
    this.held = [];
    return bytes;
  }

  private releaseAs(isStream: boolean): Uint8Array {
    this.isStream = isStream;
    this.isKnown = true;
    return this.rest();
  }
}

const OPEN_BRACE = 0x7b;
const NOTHING = new Uint8Array(0);
