import { gzipSync } from 'node:zlib';
import { Dice } from './dice.ts';
import { readHttpVectors, readJsonSuite } from './corpus.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import { encodeWire, mutateWire } from './mutate-protobuf.ts';
import type { Shape } from './shapes.ts';
import { TARGETS, type Target } from './targets.ts';

/** One request: for a host, a run there and a token only the placeholders in its head are still to be filled. */
export interface FuzzCase {
  readonly name: string;
  readonly shape: Shape;
  /** It need not be HTTP, and goes over a connection of its own. */
  readonly raw: boolean;
  bytes(place: Place): Buffer;
}

export interface Place {
  readonly port: number;
  readonly run: string;
  readonly token: string;
}

const JSON_SUITE = readJsonSuite();
const JSON_TEXTS = JSON_SUITE.filter(({ length }) => length < 1_000).map((bytes) => bytes.toString('utf8'));
const HTTP_VECTORS = readHttpVectors();
const WEIGHTS = TARGETS.reduce((sum, { weight }) => sum + weight, 0);
/** Of all cases. */
const RAW_SHARE = 0.02;
/** Of the bodies: those that are a whole one of JSONTestSuite. */
const SUITE_SHARE = 0.05;

/** The case of this number: the same for the same seed, whatever was tried before it. */
export function makeCase(seed: number, index: number): FuzzCase {
  const dice = new Dice(seed, index);
  if (dice.chance(RAW_SHARE)) return rawCase(dice);
  const target = pickTarget(dice);
  const body = makeBody(target, dice, index);
  const { name, shape } = target;
  const head = makeHead(target, body, dice);
  return {
    name,
    shape,
    raw: false,
    bytes: (place) => Buffer.concat([Buffer.from(head(place), 'latin1'), body.bytes]),
  };
}

function pickTarget(dice: Dice): Target {
  let left = dice.int(WEIGHTS);
  return TARGETS.find(({ weight }) => (left -= weight) < 0)!;
}

interface Body {
  readonly bytes: Buffer;
  readonly gzip: boolean;
}

function makeBody(target: Target, dice: Dice, index: number): Body {
  const plain = dice.chance(SUITE_SHARE) ? suiteBody(dice) : mutatedSeed(target, dice, index);
  if (!target.path.startsWith('/v1/') || !dice.chance(0.2)) return { bytes: plain, gzip: false };
  const packed = gzipSync(plain, { level: 1 });
  return { bytes: dice.chance(0.3) ? mutateBytes(packed, dice, [packed]) : packed, gzip: true };
}

function suiteBody(dice: Dice): Buffer {
  const body = dice.pick(JSON_SUITE);
  // The two that are large are taken as seldom as all others together would be.
  if (body.length > 1_000 && !dice.chance(0.01)) return suiteBody(dice);
  return dice.chance(0.5) ? body : mutateBytes(body, dice, JSON_SUITE);
}

function mutatedSeed({ seeds }: Target, dice: Dice, index: number): Buffer {
  switch (seeds.kind) {
    case 'json': {
      const seed = dice.pick(seeds.documents);
      // Some as they are, so that what lies behind the first check is reached again and again.
      const text = dice.chance(0.1) ? JSON.stringify(seed) : mutateJson(seed, dice, JSON_TEXTS);
      const bytes = Buffer.from(text.replaceAll('"ID"', `"${index}"`));
      return dice.chance(0.1) ? mutateBytes(bytes, dice, JSON_SUITE) : bytes;
    }
    case 'protobuf': {
      const seed = dice.pick(seeds.messages);
      const bytes = Buffer.from(encodeWire(dice.chance(0.1) ? seed : mutateWire(seed, dice)));
      return dice.chance(0.2) ? mutateBytes(bytes, dice, [bytes]) : bytes;
    }
    case 'bytes':
      return mutateBytes(dice.pick(seeds.bodies), dice, JSON_SUITE);
  }
}

/** Headers that mean something to the host, now and then with what they should not say. */
const ODD_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', 'text/plain'],
  ['content-type', ''],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'br'],
  ['traceparent', '00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01'],
  ['traceparent', '00-00000000000000000000000000000000-0000000000000000-zz'],
  ['x-signalbox-priority', '11'],
  ['x-signalbox-run', '__proto__'],
  ['x-stainless-retry-count', '-1'],
  ['idempotency-key', 'constructor'],
  ['accept', 'text/html'],
  ['mcp-session-id', '../../x'],
  ['mcp-protocol-version', '2025-11-25'],
  ['authorization', 'Basic OnRva2Vu'],
  ['expect', '100-continue'],
  ['expect', 'the unexpected'],
  ['origin', 'https://example.com'],
  ['anthropic-beta', 'x'.repeat(1_000)],
];
const ODD_SHARE = 0.05;
/** The run of the path, the run of a header, or none, which is an ambient run. */
const AMBIENT_SHARE = 0.2;

function makeHead(target: Target, { bytes, gzip }: Body, dice: Dice): (place: Place) => string {
  const odd = dice.chance(ODD_SHARE) ? [dice.pick(ODD_HEADERS)] : [];
  const named = dice.chance(AMBIENT_SHARE) ? (dice.chance(0.5) ? 'header' : 'nowhere') : 'path';
  return ({ port, run, token }) => {
    const headers = new Map<string, string>([
      ['host', `127.0.0.1:${port}`],
      ['user-agent', 'fuzz/1'],
      ...(token === '' ? [] : [['authorization', `Bearer ${token}`] as const]),
      ...(named === 'header' ? [['x-signalbox-run', run] as const] : []),
      ...Object.entries(target.headers),
      ...(gzip ? [['content-encoding', 'gzip'] as const] : []),
      ...odd,
      ['content-length', String(bytes.length)],
    ]);
    const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
    const path = named === 'path' ? `/r/${run}${target.path}` : target.path;
    return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
  };
}

/** A vector of llhttp, for this host and a place that it has, as it is or changed. */
function rawCase(dice: Dice): FuzzCase {
  const vector = dice.pick(HTTP_VECTORS);
  const changed = dice.chance(0.5) ? vector : mutateBytes(vector, dice, HTTP_VECTORS);
  const aimed = dice.chance(0.7);
  const { path } = pickTarget(dice);
  return {
    name: 'HTTP',
    shape: 'any',
    raw: true,
    bytes({ port, run }) {
      if (!aimed) return Buffer.from(changed);
      const text = changed
        .toString('latin1')
        .replace(/^(\w+ )\S+/, (_, method: string) => `${method}/r/${run}${path}`)
        .replace(/^host:.*$/im, `Host: 127.0.0.1:${port}\r`);
      return Buffer.from(text, 'latin1');
    },
  };
}
