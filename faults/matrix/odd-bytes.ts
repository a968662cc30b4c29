import { gzipSync } from 'node:zlib';
import type { Act } from '../hostile-upstream.ts';
import {
  cannotBeSaid,
  failsOver,
  isService,
  notStreamed,
  passes,
  speaksOfItsEnd,
  streamed,
  translated,
  breaksOff,
  type Expectation,
  type Fault,
  type Trial,
} from './fault.ts';
import {
  chunk,
  CHUNKED,
  EVENT_STREAM,
  head,
  JSON_TYPE,
  LAST_CHUNK,
  STREAM_HEAD,
  whole,
} from './http-bytes.ts';

const TEN_MEGABYTES = 10 * 1024 * 1024;

/** Rows 7 and 8, and encodings of 11: odd, but an answer. It passes byte for byte, and is never repaired. */
export const ODD_BYTES: readonly Fault[] = [
  odd('three bytes at a time', 7, (trial) => [
    { send: headOf(trial) },
    { drip: slices(Buffer.from(textOf(trial)), 3).map(chunk), everyMs: 0 },
    { send: LAST_CHUNK },
  ]),
  {
    ...odd('lines that end in CRLF, cut between the two', 7, (trial) => [
      { send: STREAM_HEAD },
      ...textOf(trial)
        .replaceAll('\n', '\r\n')
        .split(/(?<=\r)/)
        .map((piece): Act => ({ send: chunk(piece) })),
      { send: LAST_CHUNK },
    ]),
    applies: streamed,
  },
  {
    ...odd('byte order mark', 7, (trial) => sent(trial, `\uFEFF${textOf(trial)}`)),
    applies: (trial) => trial.streaming || !translated(trial),
  },
  {
    ...odd('no blank line at the end', 7, (trial) => sent(trial, textOf(trial).trimEnd())),
    applies: streamed,
  },
  {
    ...odd('a line of 10 MB', 7, (trial) => sent(trial, textOf(trial, 'hostile '.repeat(TEN_MEGABYTES / 8)))),
    expect: passesUnlessTranslated,
  },
  {
    ...odd('an event that is not JSON', 8, (trial) => sent(trial, withEvent(trial, 'data: {"oops\n\n'))),
    applies: streamed,
    // It comes with all that stands before it, so that nothing has been said yet.
    expect: (trial) => (translated(trial) ? cannotBeSaid('untranslatable_answer') : passes(trial)),
  },
  {
    ...odd('a document that is not JSON', 8, (trial) => sent(trial, textOf(trial).slice(0, -9))),
    applies: notStreamed,
    // Nobody can say in another dialect what cannot be read; a sibling may speak the client's own.
    expect: (trial) => (translated(trial) ? cannotBeSaid('translation_refused') : passes(trial)),
  },
  {
    ...odd('arguments of a tool that break off', 8, (trial) => sent(trial, withTruncatedTool(trial))),
    applies: (trial) => trial.lane.name === 'chat' || trial.lane.name === 'messages',
  },
  {
    ...odd('gzip that nobody asked for', 11, (trial) => encoded(trial, gzipSync(textOf(trial)))),
    applies: (trial) => !translated(trial),
  },
  {
    ...odd('gzip that nobody asked for, slowly', 11, (trial) => [
      { send: headOf(trial, [['content-encoding', 'gzip']]) },
      { drip: slices(gzipSync(textOf(trial)), 32).map(chunk), everyMs: 100 },
      { send: LAST_CHUNK },
    ]),
    waits: true,
    applies: (trial) => !translated(trial),
  },
  {
    ...odd('gzip in another dialect', 11, (trial) => encoded(trial, gzipSync(textOf(trial)))),
    applies: translated,
    expect: () => cannotBeSaid('translation_refused'),
  },
  {
    ...odd('gzip bomb', 11, (trial) => encoded(trial, gzipSync(Buffer.alloc(TEN_MEGABYTES * 8)))),
    applies: (trial) => !translated(trial),
  },
  {
    name: 'answer with a trailer',
    row: 8,
    does: {
      acts: (trial) => [
        { send: headOf(trial, [['trailer', 'x-checksum']]) },
        { send: chunk(textOf(trial)) },
        { send: '0\r\nx-checksum: 1\r\n\r\n' },
      ],
    },
    expect: passes,
  },
  {
    name: '103 before the answer',
    row: 8,
    does: {
      acts: (trial) => [
        { send: 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n' },
        ...sent(trial, textOf(trial)),
      ],
    },
    expect: passes,
  },
  {
    ...odd('tokens after the last event', 8, (trial) => sent(trial, `${textOf(trial)}: bye\n\n`)),
    applies: (trial) => speaksOfItsEnd(trial) && !isService(trial),
  },
  {
    name: 'a field of 1 MiB that no dialect has',
    row: 8,
    applies: speaksOfItsEnd,
    does: { acts: (trial) => sent(trial, withEvent(trial, `x: ${'y'.repeat(1024 * 1024)}\n\n`)) },
    expect: passesUnlessTranslated,
  },
  {
    name: 'an event without end',
    row: 7,
    applies: speaksOfItsEnd,
    does: {
      acts: () => [
        { send: STREAM_HEAD },
        { send: chunk(`data: ${'x'.repeat(4 * 1024 * 1024)}`) },
        { send: LAST_CHUNK },
      ],
    },
    expect: (trial) =>
      translated(trial) ? failsOver('stream_truncated') : breaksOff('broken', 'stream_truncated', 'cut'),
  },
];

function odd(name: string, row: number, acts: (trial: Trial) => readonly Act[]): Fault {
  return { name, row, does: { acts }, expect: passes };
}

/** An event that cannot be read cannot be said in another dialect, which is not held against the instance. */
function passesUnlessTranslated(trial: Trial): Expectation {
  return trial.streaming && translated(trial)
    ? { ...breaksOff('error-event', 'untranslatable_answer', 'error-in-200'), counts: 'ignored' }
    : passes(trial);
}

function textOf({ lane: { upstream }, streaming }: Trial, who = 'hostile'): string {
  return streaming ? upstream.events(who).join('') : JSON.stringify(upstream.document(who));
}

function withEvent({ lane: { upstream } }: Trial, event: string): string {
  const events = upstream.events('hostile');
  return [...events.slice(0, upstream.begun), event, ...events.slice(upstream.begun)].join('');
}

/** The words that were said become the arguments of a tool, and those are no JSON. */
function withTruncatedTool(trial: Trial): string {
  const isChat = trial.lane.name === 'chat';
  const [from, to] = isChat
    ? [
        /"content":"(?:🚦 )?hostile"/g,
        '"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"hostile","arguments":"{\\"a\\":"}}]',
      ]
    : [/"type":"text_delta","text":"hostile"/g, '"type":"input_json_delta","partial_json":"{\\"hostile\\":"'];
  return textOf(trial).replaceAll(from, to);
}

function headOf({ streaming }: Trial, more: readonly (readonly [string, string])[] = []): string {
  return head(200, [streaming ? EVENT_STREAM : JSON_TYPE, CHUNKED, ...more]);
}

function sent(trial: Trial, text: string): readonly Act[] {
  return [{ send: headOf(trial) }, { send: chunk(text) }, { send: LAST_CHUNK }];
}

function encoded(trial: Trial, body: Uint8Array): readonly Act[] {
  return [whole(200, body, [trial.streaming ? EVENT_STREAM : JSON_TYPE, ['content-encoding', 'gzip']])];
}

function slices(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}
