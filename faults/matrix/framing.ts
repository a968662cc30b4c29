import type { Act } from '../hostile-upstream.ts';
import {
  breaksOff,
  cannotBeSaid,
  failsOver,
  isService,
  notStreamed,
  passes,
  streamed,
  translated,
  type Fault,
  type Trial,
} from './fault.ts';
import { chunk, CHUNKED, EVENT_STREAM, head, JSON_TYPE, STREAM_HEAD, type HeaderLine } from './http-bytes.ts';

/** Row 11: HTTP that lies about its lengths, or is none. */
export const FRAMING: readonly Fault[] = [
  garbled('status line that is none', () => [{ send: 'HTP/1.1 200 OK\r\n\r\n' }, 'end']),
  garbled('not HTTP at all', () => [{ send: '\u0016\u0003\u0001SSH-2.0-OpenSSH_9.6\r\n' }, 'end']),
  garbled('header with a NUL', (trial) => [{ send: headOf(trial, [['x-odd', 'a\0b']]) }, 'end']),
  garbled('headers of 64 KiB', (trial) => [{ send: headOf(trial, [['x-long', 'y'.repeat(65_536)]]) }, 'end']),
  garbled('two different lengths', (trial) => [
    {
      send: headOf(trial, [
        ['content-length', '9'],
        ['content-length', '7'],
      ]),
    },
    { send: '{}' },
    'end',
  ]),
  garbled('a length and chunks', (trial) => [
    { send: headOf(trial, [CHUNKED, ['content-length', '9']]) },
    { send: chunk('{}') },
    'end',
  ]),
  garbled('a negative length', (trial) => [
    { send: headOf(trial, [['content-length', '-1']]) },
    { send: '{}' },
    'end',
  ]),
  garbled('chunk size that is no number', (trial) => [
    { send: headOf(trial, [CHUNKED]) },
    { send: 'zz\r\nhello\r\n' },
    'end',
  ]),
  {
    name: 'length that is too long',
    row: 11,
    does: { acts: (trial) => withLength(trial, 1_000) },
    expect(trial) {
      // A model's short answer is held until it is there.
      if (!trial.streaming) {
        return isService(trial) ? breaksOff('broken', 'connection_lost') : failsOver('connection_lost');
      }
      return breaksOff(isService(trial) ? 'broken' : 'error-event', 'connection_lost', 'cut');
    },
  },
  {
    name: 'length that is too short',
    row: 11,
    applies: notStreamed,
    does: { acts: (trial) => withLength(trial, -10) },
    // What the length leaves of it is no JSON any more, and passes as it is.
    expect: (trial) => (translated(trial) ? cannotBeSaid('translation_refused') : passes(trial)),
  },
  {
    name: 'length of a stream that is too short',
    row: 11,
    applies: (trial) => streamed(trial) && !isService(trial),
    does: { acts: (trial) => withLength(trial, -40) },
    expect: (trial) => breaksOff(translated(trial) ? 'error-event' : 'broken', 'stream_truncated', 'cut'),
  },
  {
    name: 'length of a stream, cut between two events',
    row: 11,
    applies: (trial) => streamed(trial) && !isService(trial),
    does: {
      acts: ({ lane: { upstream } }) => {
        const text = upstream.events('hostile').slice(0, upstream.begun).join('');
        const length = String(Buffer.byteLength(text));
        return [{ send: head(200, [EVENT_STREAM, ['content-length', length]]) }, { send: text }];
      },
    },
    expect: () => breaksOff('error-event', 'stream_truncated', 'cut'),
  },
  {
    name: 'chunk size that is no number, later',
    row: 11,
    applies: streamed,
    does: {
      acts: ({ lane: { upstream } }) => [
        { send: STREAM_HEAD },
        { send: chunk(upstream.events('hostile').slice(0, upstream.begun).join('')) },
        { send: 'zz\r\nhello\r\n' },
        { waitMs: 20 },
        'end',
      ],
    },
    expect: (trial) => breaksOff(isService(trial) ? 'broken' : 'error-event', 'connection_lost', 'cut'),
  },
];

function garbled(name: string, acts: (trial: Trial) => readonly Act[]): Fault {
  return { name, row: 11, does: { acts }, expect: () => failsOver('connection_lost') };
}

function headOf({ streaming }: Trial, more: readonly HeaderLine[]): string {
  return head(200, [streaming ? EVENT_STREAM : JSON_TYPE, ...more]);
}

/**
 * A whole answer whose length is wrong by so many bytes; what is more than was said comes a little later. It is the last
 * one of its connection, so that the next request there is not hurt.
 */
function withLength(trial: Trial, wrongBy: number): readonly Act[] {
  const { upstream } = trial.lane;
  const text = trial.streaming
    ? upstream.events('hostile').join('')
    : JSON.stringify(upstream.document('hostile'));
  const body = Buffer.from(text);
  const length = body.length + wrongBy;
  return [
    {
      send: headOf(trial, [
        ['content-length', String(length)],
        ['connection', 'close'],
      ]),
    },
    { send: body.subarray(0, length) },
    { waitMs: 20 },
    { send: body.subarray(length) },
    'end',
  ];
}
