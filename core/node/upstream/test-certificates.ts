import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/** A key and its certificate, as TLS servers take them. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface TestAuthority {
  readonly cert: string;
  /** A certificate for these names and addresses. */
  issue(names: readonly string[], validUntil?: Date): Identity;
}

const DAY = 86_400_000;

/** An authority of its own, for tests: X.509 version 3 (RFC 5280), on P-256. */
export function createAuthority(name = 'Signalbox test authority'): TestAuthority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cert = certify({ subject: name, publicKey, isAuthority: true }, { name, key: privateKey });
  return {
    cert,
    issue(names, validUntil) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const subject = names[0] ?? 'nobody';
      return {
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        cert: certify(
          { subject, names, publicKey: own.publicKey, ...(validUntil && { validUntil }) },
          { name, key: privateKey },
        ),
      };
    },
  };
}

interface Subject {
  readonly subject: string;
  readonly names?: readonly string[];
  readonly publicKey: KeyObject;
  readonly isAuthority?: boolean;
  readonly validUntil?: Date;
}

function certify(
  { subject, names = [], publicKey, isAuthority = false, validUntil = new Date(Date.now() + DAY) }: Subject,
  issuer: { readonly name: string; readonly key: KeyObject },
): string {
  const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
  const extensions = [
    ...(isAuthority ? [extension('2.5.29.19', sequence(Buffer.from([1, 1, 0xff])))] : []),
    ...(names.length > 0 ? [extension('2.5.29.17', sequence(...names.map(generalName)))] : []),
  ];
  const body = sequence(
    der(0xa0, integer(2)),
    integer(...randomBytes(8).map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte))),
    ecdsaWithSha256,
    distinguishedName(issuer.name),
    sequence(time(new Date(validUntil.getTime() - 10 * DAY)), time(validUntil)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer.key);
  const whole = sequence(body, ecdsaWithSha256, der(3, Buffer.from([0]), signature));
  const lines = whole
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** A value with its tag and length (X.690). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const integer = (...bytes: readonly number[]) => der(2, Buffer.from(bytes));
const time = (at: Date) =>
  der(0x18, Buffer.from(`${at.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`));
const distinguishedName = (name: string) =>
  sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(name)))));
const extension = (id: string, value: Buffer) => sequence(oid(id), der(4, value));

function generalName(name: string): Buffer {
  if (isIP(name) === 4) return der(0x87, Buffer.from(name.split('.').map(Number)));
  return der(0x82, Buffer.from(name));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part, index) => {
    const septets = [part & 0x7f];
    for (let left = part >> 7; index > 0 && left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return der(6, Buffer.from(bytes));
}
