import type { Tokens } from '../base/units.ts';
import type { ModelDialect } from '../journal/event.ts';
import type { Category } from '../journal/task.ts';

/** One addressable endpoint of a service with, for models, the one model that it is asked for. */
export interface Instance {
  readonly name: string;
  /** The service that it belongs to. */
  readonly provider: string;
  readonly category: Category;
  /** Of models: whose API it speaks; OpenAI's where it is absent. */
  readonly dialect?: ModelDialect;
  /** Base URL, resolved: the simulated provider has its real address here. */
  readonly endpoint: string;
  /** Empty for services without models. */
  readonly model: string;
  /** What it can do; absent where nothing was declared, and everything is assumed. */
  readonly capabilities?: readonly string[];
  readonly contextWindow?: Tokens;
  /** Where it declares none: the most input that a public table says its model takes. */
  readonly assumedContextWindow?: Tokens;
  /** USD for a million tokens. */
  readonly price?: Price;
  readonly apiKey?: string;
  /** Of a stored key: the one origin that it may be sent to. */
  readonly keyOrigin?: string;
  /** The header of the key, where it is not the usual one of its API. */
  readonly keyHeader?: string;
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
  readonly zone?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What an attempt there takes of the declared resources of this machine. */
  readonly requires?: Readonly<Record<string, number>>;
}

/** Who pays for it: instances with one key are one account, whatever their providers are called. */
export function accountOf({ apiKey, provider }: Instance): string {
  return apiKey ?? provider;
}

export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of input that the provider has in its cache; as `input` where it is absent. */
  readonly cachedInput?: number;
  /** Of input that is written to that cache; as `input` where it is absent. */
  readonly cacheWrite?: number;
}
