import {
  failsOver,
  isService,
  passes,
  translated,
  type Expectation,
  type Fault,
  type Trial,
} from './fault.ts';
import { json, whole, type HeaderLine } from './http-bytes.ts';

/** Rows 9 and 10, and redirects: it says no. Another instance may say yes; without one the client gets the very words. */
export const REFUSALS: readonly Fault[] = [
  tooMany('429 with Retry-After in seconds', () => ['retry-after', '2'], 2_000),
  tooMany(
    '429 with Retry-After as a date',
    () => ['retry-after', new Date(Date.now() + 3_000).toUTCString()],
    3_000,
  ),
  tooMany('429 with retry-after-ms', () => ['retry-after-ms', '1500'], 1_500),
  tooMany('429 with a Retry-After that is over', () => ['retry-after', 'Wed, 21 Oct 2015 07:28:00 GMT'], 0),
  tooMany('429 with a negative Retry-After', () => ['retry-after', '-5'], 0),
  tooMany('429 with a Retry-After of 30 years', () => ['retry-after', '1000000000'], 60_000),
  tooMany('429 without Retry-After', () => ['x-request-id', 'r-1'], 0),
  ...[500, 502, 503, 529].map((status) => says(`${status}`, 10, status)),
  {
    name: '500 with a page',
    row: 10,
    does: { acts: () => [whole(500, '<html><h1>Oops</h1></html>', [['content-type', 'text/html']])] },
    expect: (trial) => failsOver('http_500', wordsOf(trial)),
  },
  {
    name: '500 whose body never ends',
    row: 10,
    does: {
      acts: () => [
        { send: 'HTTP/1.1 500 No\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n' },
        { flood: Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`), times: 1_000 },
        'hang',
      ],
    },
    expect: () => failsOver('http_500'),
  },
  {
    name: '500 whose body stands still',
    row: 10,
    waits: true,
    does: {
      acts: () => [
        { send: 'HTTP/1.1 500 No\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{' },
        'hang',
      ],
    },
    expect: () => failsOver(/http_500|timeout/),
  },
  {
    name: 'redirect elsewhere',
    row: 10,
    does: { acts: () => [whole(307, '', [['location', '/redirected']])] },
    expect: (trial) => (isService(trial) ? passesOn(trial) : failsOver('http_307', wordsOf(trial))),
  },
];

function says(name: string, row: number, status: number, headers: readonly HeaderLine[] = []): Fault {
  return {
    name,
    row,
    does: { acts: ({ lane }) => [json(status, lane.upstream.errorBody(status), headers)] },
    expect: (trial) => failsOver(/./, wordsOf(trial)),
  };
}

function tooMany(name: string, header: () => HeaderLine, coolsMs: number): Fault {
  return {
    ...says(name, 9, 429),
    does: { acts: ({ lane }) => [json(429, lane.upstream.errorBody(429), [header()])] },
    expect: (trial) => ({ ...failsOver(/rate_limit/, wordsOf(trial)), counts: 'ignored', coolsMs }),
  };
}

/** In another dialect they are said in the client's. */
function wordsOf(trial: Trial): 'refused' | 'passed-on' {
  return translated(trial) ? 'refused' : 'passed-on';
}

/** What a service answers is its own affair. */
function passesOn(trial: Trial): Expectation {
  const { verdict: _, ...rest } = passes(trial);
  return { ...rest, pair: 'passed-on', alone: 'passed-on' };
}
