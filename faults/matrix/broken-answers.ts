import type { Act } from '../hostile-upstream.ts';
import {
  breaksOff,
  failsOver,
  isService,
  notStreamed,
  passes,
  speaksOfItsEnd,
  streamed,
  translated,
  type Expectation,
  type Fault,
  type Trial,
} from './fault.ts';
import {
  chunk,
  EVENT_STREAM,
  head,
  json,
  JSON_TYPE,
  LAST_CHUNK,
  sendEvents,
  STREAM_HEAD,
} from './http-bytes.ts';

/** Rows 3 to 6: the answer has begun, and then it breaks off, stands still, or says that it failed. */
export const BROKEN_ANSWERS: readonly Fault[] = [
  {
    ...stalls('stall in the middle', 'idle_timeout', (trial) => [...beginning(trial), 'hang']),
    row: 2,
  },
  {
    name: 'stall in a short document',
    row: 2,
    waits: true,
    applies: (trial) => notStreamed(trial) && !isService(trial),
    does: { acts: ({ lane }) => [...halfDocument(lane.upstream.document('hostile')), 'hang'] },
    expect: () => failsOver('idle_timeout'),
  },
  {
    name: 'reset in a short document',
    row: 5,
    applies: (trial) => notStreamed(trial) && !isService(trial),
    does: {
      acts: ({ lane }) => [...halfDocument(lane.upstream.document('hostile')), { waitMs: 20 }, 'reset'],
    },
    expect: () => failsOver('connection_lost'),
  },
  stalls(
    'comments, and no event',
    /idle_timeout/,
    (trial) => [
      ...beginning(trial),
      { drip: Array.from({ length: 200 }, () => chunk(': ping\n\n')), everyMs: 40 },
    ],
    speaksOfItsEnd,
  ),
  stalls(
    'an event a byte at a time',
    'idle_timeout',
    (trial) => [...beginning(trial), { drip: Array.from({ length: 200 }, () => chunk(' ')), everyMs: 40 }],
    speaksOfItsEnd,
    'broken',
  ),
  stalls(
    'an answer a byte at a time',
    'total_timeout',
    (trial) => [
      ...beginning(trial),
      { drip: Array.from({ length: 200 }, () => (trial.streaming ? chunk(' ') : ' ')), everyMs: 40 },
    ],
    (trial) => !speaksOfItsEnd(trial),
  ),
  {
    name: 'stream ends before it is done',
    row: 4,
    applies: streamed,
    does: { acts: (trial) => [...beginning(trial), { send: LAST_CHUNK }] },
    // A service has no word for the end: what ends cleanly is whole.
    expect: (trial) => (isService(trial) ? passes(trial) : cut('stream_truncated')),
  },
  {
    name: 'the same, up to the end of the connection',
    row: 4,
    applies: streamed,
    does: {
      acts: ({ lane: { upstream } }) => [
        { send: head(200, [EVENT_STREAM, ['connection', 'close']]) },
        { send: begunEvents(upstream.events('hostile'), upstream.begun) },
        'end',
      ],
    },
    expect: (trial) => (isService(trial) ? passes(trial) : cut('stream_truncated')),
  },
  {
    name: 'stream without any event',
    row: 4,
    applies: streamed,
    does: { acts: () => [{ send: STREAM_HEAD }, { send: LAST_CHUNK }] },
    expect: (trial) => (isService(trial) ? passes(trial) : failsOver('stream_truncated')),
  },
  {
    name: 'stream of a comment only',
    row: 4,
    applies: speaksOfItsEnd,
    does: { acts: () => [{ send: STREAM_HEAD }, { send: chunk(': hello\n\n') }, { send: LAST_CHUNK }] },
    expect: () => failsOver('stream_truncated'),
  },
  {
    name: 'cut in the middle of an event',
    row: 4,
    applies: streamed,
    does: { acts: (trial) => [...beginning(trial), { send: chunk('data: {"choi') }, { send: LAST_CHUNK }] },
    expect: (trial) => (isService(trial) ? passes(trial) : inEvent(trial, 'stream_truncated')),
  },
  {
    name: 'cut in the middle of a character',
    row: 4,
    applies: streamed,
    does: {
      acts: (trial) => [
        ...beginning(trial),
        { send: chunk(Buffer.from('data: {"text":"🚦').subarray(0, -2)) },
        { waitMs: 20 },
        'reset',
      ],
    },
    expect: (trial) => inEvent(trial, 'connection_lost'),
  },
  {
    name: 'reset after the first token',
    row: 5,
    does: { acts: (trial) => [...beginning(trial), { waitMs: 20 }, 'reset'] },
    expect: (trial) => lost(trial),
  },
  {
    name: 'closed in the middle of a chunk',
    row: 5,
    applies: streamed,
    does: {
      acts: (trial) => [
        ...beginning(trial),
        { send: '1000\r\n' },
        { send: ': hello\n\n' },
        { waitMs: 20 },
        'end',
      ],
    },
    expect: (trial) => lost(trial),
  },
  {
    name: 'error as the first event of a 200',
    row: 6,
    applies: speaksOfItsEnd,
    does: {
      acts: ({ lane }) => [
        { send: STREAM_HEAD },
        { send: chunk(lane.upstream.errorEvent) },
        { send: LAST_CHUNK },
      ],
    },
    expect: () => failsOver(/overloaded|server_error/),
  },
  {
    name: 'the same in two pieces',
    row: 6,
    applies: speaksOfItsEnd,
    does: {
      acts: ({ lane: { upstream } }) => [
        { send: STREAM_HEAD },
        { send: chunk(upstream.errorEvent.slice(0, 20)) },
        { waitMs: 20 },
        { send: chunk(upstream.errorEvent.slice(20)) },
        { send: LAST_CHUNK },
      ],
    },
    expect: () => failsOver(/overloaded|server_error/),
  },
  {
    name: 'error document in a 200',
    row: 6,
    applies: (trial) => notStreamed(trial) && !isService(trial),
    does: { acts: ({ lane }) => [json(200, lane.upstream.errorBody(500))] },
    expect: () => failsOver(/overloaded|server_error/),
  },
  {
    name: 'error document where a stream was asked for',
    row: 6,
    applies: speaksOfItsEnd,
    does: { acts: ({ lane }) => [json(200, lane.upstream.errorBody(500))] },
    expect: () => failsOver(/overloaded|server_error/),
  },
  {
    name: 'error event after the first token',
    row: 6,
    applies: speaksOfItsEnd,
    does: {
      acts: (trial) => [
        ...beginning(trial),
        { send: chunk(trial.lane.upstream.errorEvent) },
        { send: LAST_CHUNK },
      ],
    },
    expect: () => breaksOff('error-event', /overloaded|server_error/, 'error-in-200'),
  },
];

function stalls(
  name: string,
  error: string | RegExp,
  acts: (trial: Trial) => readonly Act[],
  applies?: (trial: Trial) => boolean,
  how?: 'broken',
): Fault {
  return {
    name,
    row: 3,
    waits: true,
    ...(applies && { applies }),
    does: { acts },
    expect(trial) {
      // Of a whole answer in another dialect nothing reaches the client before its end.
      if (!trial.streaming && translated(trial)) return failsOver(error);
      if (!trial.streaming) return breaksOff('broken', error);
      if (isService(trial)) return breaksOff('broken', error, 'stalled');
      return breaksOff(how && !translated(trial) ? how : 'error-event', error, 'stalled');
    },
  };
}

function cut(error: string): Expectation {
  return breaksOff('error-event', error, 'cut');
}

/** Within an event of the client's own dialect nothing more can be said. In another one, half an event is no event. */
function inEvent(trial: Trial, error: string): Expectation {
  return translated(trial) ? breaksOff('error-event', error, 'cut') : breaksOff('broken', error, 'cut');
}

function lost(trial: Trial): Expectation {
  if (speaksOfItsEnd(trial)) return cut('connection_lost');
  if (translated(trial)) return failsOver('connection_lost');
  return breaksOff('broken', 'connection_lost', trial.streaming ? 'cut' : undefined);
}

/** Of a stream what comes until something was generated, of a whole answer, a long one, its first half. */
function beginning({ lane: { upstream }, streaming }: Trial): readonly Act[] {
  if (streaming) {
    return [{ send: STREAM_HEAD }, ...sendEvents(upstream.events('hostile').slice(0, upstream.begun))];
  }
  return halfDocument(upstream.document('hostile '.repeat(2_000)));
}

function halfDocument(document: object): readonly Act[] {
  const body = Buffer.from(JSON.stringify(document));
  const said = head(200, [JSON_TYPE, ['content-length', String(body.length)]]);
  return [{ send: said }, { send: body.subarray(0, body.length / 2) }];
}

function begunEvents(events: readonly string[], begun: number): string {
  return events.slice(0, begun).join('');
}
