import { createHash } from 'node:crypto';

/** Names a session where its id, which is a secret, cannot stand. */
export function shortOf(session: string): string {
  return createHash('sha256').update(session).digest('hex').slice(0, 8);
}
