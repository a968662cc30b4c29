import { InvalidArgumentError } from 'commander';
import { secretNameSchema } from '../../api/contract.ts';

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 1000)
    throw new InvalidArgumentError('A limit is a number from 1 to 1000.');
  return limit;
}

export function parseOrigin(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('An origin is https://HOST or https://HOST:PORT.');
  }
  return url.origin;
}

/** As in `secret:NAME`. */
export function parseSecretName(text: string): string {
  if (secretNameSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError(
    'A name has letters, digits, ".", "_" and "-"; the key itself is read from standard input.',
  );
}

/** Which numbers are allowed is the host's affair. */
export function parseNumber(text: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('A number is needed.');
  return Number(text);
}

const UNIT_MILLIS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** In milliseconds. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (unit === undefined || Number(count) === 0)
    throw new InvalidArgumentError('A duration is a number with s, m, h or d.');
  return Number(count) * UNIT_MILLIS[unit as keyof typeof UNIT_MILLIS];
}

/** One of several labels, added to those before it. */
export function parseLabel(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('A label is NAME=VALUE.');
  return { ...before, [name]: value };
}
