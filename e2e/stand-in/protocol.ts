import { onlyKnown } from './only-known.ts';

type ProtocolResponder = (request: Request) => Response | Promise<Response>;

const responders = new Map<string, ProtocolResponder>();
const privileged = new Map<string, Readonly<Record<string, boolean>>>();

/** What a page needs for everything the window does with its scheme, and nothing beyond it. */
const EXPECTED = { standard: true, secure: true, supportFetchAPI: true };

export const protocol = onlyKnown('protocol', {
  registerSchemesAsPrivileged(schemes: readonly { scheme: string; privileges: Record<string, boolean> }[]) {
    for (const { scheme, privileges } of schemes) privileged.set(scheme, privileges);
  },
  handle(scheme: string, responder: ProtocolResponder) {
    const privileges = privileged.get(scheme);
    if (JSON.stringify(privileges) !== JSON.stringify(EXPECTED)) {
      throw new Error(`The stand-in for Electron cannot show ${scheme}: with ${JSON.stringify(privileges)}.`);
    }
    responders.set(scheme, responder);
  },
});

/** The answer of the app's own protocol, or `undefined` for a scheme that the app does not serve. */
export async function respond(url: string, method: string): Promise<Response | undefined> {
  return responders.get(new URL(url).protocol.slice(0, -1))?.(new Request(url, { method }));
}
