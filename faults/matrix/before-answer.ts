import type { Act } from '../hostile-upstream.ts';
import { failsOver, isService, notStreamed, type Fault, type Trial } from './fault.ts';
import { chunk, head, json, JSON_TYPE, STREAM_HEAD } from './http-bytes.ts';

/** Rows 1 and 2, and the slow half of 3: nothing of an answer has come. Another instance can still give one. */
export const BEFORE_ANSWER: readonly Fault[] = [
  { name: 'connection refused', row: 1, does: 'refuses', expect: () => failsOver('connect_refused') },
  { name: 'name that is not there', row: 1, does: 'has-no-name', expect: () => failsOver('name_not_found') },
  {
    name: 'closed as soon as it is open',
    row: 1,
    does: { greets: ['end'] },
    expect: () => failsOver('connection_lost'),
  },
  {
    name: 'reset as soon as it is open',
    row: 1,
    does: { greets: ['reset'] },
    expect: () => failsOver('connection_lost'),
  },
  {
    name: 'reset before headers',
    row: 1,
    does: { acts: () => ['reset'] },
    expect: () => failsOver('connection_lost'),
  },
  {
    name: 'closed within headers',
    row: 1,
    does: { acts: () => [{ send: 'HTTP/1.1 200 OK\r\ncontent-type: app' }, 'end'] },
    expect: () => failsOver('connection_lost'),
  },
  {
    name: 'reset after headers',
    row: 1,
    does: { acts: (trial) => [{ send: headOf(trial) }, { waitMs: 20 }, 'reset'] },
    expect: () => failsOver('connection_lost'),
  },
  stalls('stall before headers', () => ['hang']),
  stalls('stall within headers', () => [{ send: 'HTTP/1.1 200 OK\r\ncontent-type: app' }, 'hang']),
  stalls('stall before the first byte', (trial) => [{ send: headOf(trial) }, 'hang']),
  {
    ...stalls('headers a byte at a time', (trial) => [{ drip: headOf(trial), everyMs: 40 }, 'hang']),
    row: 3,
  },
  {
    ...stalls('first event a byte at a time', ({ lane }) => [
      { send: STREAM_HEAD },
      { drip: pieces(chunk(lane.upstream.events('hostile')[0]!)), everyMs: 40 },
      'hang',
    ]),
    row: 3,
    // The first byte of a service's answer is its beginning: that is a drip within it.
    applies: (trial) => trial.streaming && !isService(trial),
  },
  {
    name: 'a whole answer without a body',
    row: 4,
    applies: (trial) => notStreamed(trial) && !isService(trial),
    does: { acts: () => [{ send: head(200, [JSON_TYPE, ['content-length', '0']]) }] },
    expect: () => failsOver('empty_answer'),
  },
];

function stalls(name: string, acts: (trial: Trial) => readonly Act[]): Fault {
  return {
    name,
    row: 2,
    waits: true,
    does: { acts },
    expect: (trial) =>
      failsOver(trial.streaming && !isService(trial) ? 'first_token_timeout' : 'total_timeout'),
  };
}

/** The head alone of what was asked for. */
function headOf({ lane, streaming }: Trial): string {
  if (streaming) return STREAM_HEAD;
  const { send } = json(200, lane.upstream.document('hostile')) as { readonly send: Buffer };
  return send.toString('latin1', 0, send.indexOf('\r\n\r\n') + 4);
}

function pieces(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}
