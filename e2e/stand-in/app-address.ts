/**
 * Chromium alone cannot be taught a scheme of our own, so a page of `signalbox://host/` is shown at an address that
 * stands for it. `.test` is reserved (RFC 6761) and never resolves; every request to it is answered by us.
 */
const SUFFIX = '.signalbox.test';

export function toShown(url: string): string {
  const { protocol, host, pathname, search, hash } = new URL(url);
  if (protocol !== 'signalbox:') return url;
  return `https://${host}${SUFFIX}${pathname || '/'}${search}${hash}`;
}

export function toApp(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname, search, hash } = new URL(url);
  if (protocol !== 'https:' || !host.endsWith(SUFFIX)) return url;
  return `signalbox://${host.slice(0, -SUFFIX.length)}${pathname}${search}${hash}`;
}
