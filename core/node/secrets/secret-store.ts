import type { StoredSecretInfo } from '../../api/contract.ts';
import type { Result } from '../../base/result.ts';

/** What may be shown of a stored secret. */
export type SecretInfo = Omit<StoredSecretInfo, 'providers'>;

export interface StoredSecret {
  readonly value: string;
  readonly origin?: string;
}

/** Why a secret cannot be had, in words. */
export type SecretProblem = string;

/** Keys that a person has entrusted to Signalbox, by names. */
export interface SecretStore {
  list(): readonly SecretInfo[];
  /** Nothing where there is none of that name. */
  read(name: string): Promise<Result<StoredSecret | undefined, SecretProblem>>;
  /** Replaces what was there, and what that was bound to. */
  set(name: string, value: string, origin?: string): Promise<void>;
  /** From now on it may be sent to this origin only. */
  bind(name: string, origin: string): void;
  /** False where there was none. */
  remove(name: string): boolean;
}

/** How values are written into a file. */
export interface SecretBox {
  readonly kind: SecretInfo['sealed'];
  seal(value: string): Promise<string>;
  open(sealed: string): Promise<string>;
}

/** The file's rights are all that keeps others out. */
export const PLAIN_BOX: SecretBox = {
  kind: 'plain',
  seal: (value) => Promise.resolve(value),
  open: (sealed) => Promise.resolve(sealed),
};
