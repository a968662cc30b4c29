import type { Tokens } from '../base/units.ts';

/** One addressable endpoint with the one model that it is asked for. */
export interface Instance {
  readonly name: string;
  readonly provider: string;
  /** Base URL, resolved: the simulated provider has its real address here. */
  readonly endpoint: string;
  readonly model: string;
  readonly contextWindow?: Tokens;
  /** USD for a million tokens. */
  readonly price?: { readonly input: number; readonly output: number };
  readonly apiKey?: string;
  /** Share of the traffic under weighted strategies, above 0. */
  readonly weight: number;
  /** The lowest number is preferred under `priority`. */
  readonly priority: number;
  /** Attempts that it may have at once. */
  readonly capacity?: number;
  /** Requests and tokens that it takes in a minute. */
  readonly limits?: { readonly rpm?: number; readonly tpm?: Tokens };
  /** While it is set, no call goes there. */
  readonly maintenance: boolean;
}
