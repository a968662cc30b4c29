/** What browsers have and TypeScript's library has not yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/**
 * A worker from the build of this window. The content security policy lets nothing else be run, and takes no plain
 * text for the address of a script. Throws for an address elsewhere.
 */
export function startOwnWorker(url: string): Worker {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('signalbox-worker', { createScriptURL: ownUrl });
  return new Worker(policy ? policy.createScriptURL(url) : ownUrl(url), { type: 'module' });
}

function ownUrl(url: string): string {
  const { href, protocol, host } = new URL(url, location.href);
  // Not by their origins: where the scheme is an own one, those may be no text at all.
  if (protocol !== location.protocol || host !== location.host)
    throw new Error(`${href} is not of this window`);
  return href;
}
