import { BlockList, isIP } from 'node:net';
import type { ConnectionOptions } from '../../config/schema/connections.ts';

export type ProxySettings = Pick<ConnectionOptions, 'proxy' | 'noProxy'>;

/** Variables that name proxies, the first that is set counts; each may be written in capitals. */
const VARIABLES = { 'https:': ['https_proxy', 'all_proxy'], 'http:': ['http_proxy', 'all_proxy'] } as const;

/**
 * The proxy through which an origin is reached; nothing where it is reached directly, as this machine itself always is.
 * The environment is read as curl and Go read it: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.
 */
export function chooseProxy(
  origin: URL,
  { proxy, noProxy }: ProxySettings,
  env: NodeJS.ProcessEnv,
): URL | undefined {
  if (proxy === 'none') return undefined;
  const target = targetOf(origin);
  if (isLoopback(target.host)) return undefined;
  const exceptions = [...noProxy, ...(read(env, 'no_proxy') ?? '').split(/[\s,]+/)];
  if (exceptions.some((exception) => exception !== '' && covers(exception, target))) return undefined;
  if (proxy !== 'environment') return new URL(proxy);
  const variables = VARIABLES[origin.protocol === 'https:' ? 'https:' : 'http:'];
  const named = variables.map((name) => read(env, name)).find((value) => value !== undefined);
  if (named === undefined) return undefined;
  const url = URL.parse(/^[a-z0-9]+:\/\//i.test(named) ? named : `http://${named}`);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}

/** A proxy without its password. */
export function nameOfProxy(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`;
}

/** `Basic …` of a proxy whose URL has a user (RFC 7617). */
export function proxyCredential({ username, password }: URL): string | undefined {
  if (username === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

interface Target {
  readonly host: string;
  readonly port: string;
}

function targetOf({ hostname, port, protocol }: URL): Target {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return { host, port: port || (protocol === 'https:' ? '443' : '80') };
}

function read(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name] || env[name.toUpperCase()] || undefined;
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|.*\.localhost|::1)$/.test(host) || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * `*` is everything; a name stands for itself and what is below it, with a dot before it or without, and after `*.` only
 * for what is below it; an address for itself, with `/bits` for its network. All but networks may have a port.
 */
function covers(exception: string, { host, port }: Target): boolean {
  if (exception.includes('/')) return isInNetwork(host, exception);
  const { name, onlyPort } = parse(exception.toLowerCase());
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (name === '*') return true;
  const apex = name.replace(/^\*?\./, '');
  return (host === apex && !name.startsWith('*')) || host.endsWith(`.${apex}`);
}

function parse(exception: string): { readonly name: string; readonly onlyPort?: string } {
  if (isIP(exception) === 6) return { name: exception };
  const [, bracketed, plain = '', onlyPort] = /^(?:\[(.+)\]|([^:]*))(?::(\d+))?$/.exec(exception) ?? [];
  return { name: bracketed ?? plain.replace(/\.$/, ''), ...(onlyPort !== undefined && { onlyPort }) };
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const family = isIP(address);
  const length = /^\d+$/.test(bits) ? Number(bits) : Number.NaN;
  if (family === 0 || isIP(host) !== family || !(length <= (family === 4 ? 32 : 128))) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, length, type);
  return list.check(host, type);
}
