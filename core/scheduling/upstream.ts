import type { CancelSignal } from '../base/cancellation.ts';
import type { Result } from '../base/result.ts';
import type { Millis } from '../base/units.ts';

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface UpstreamRequest {
  /** Whose settings hold for the connection. */
  readonly provider: string;
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body?: Uint8Array;
  readonly connectTimeoutMs: Millis;
  readonly signal: CancelSignal;
}

export interface UpstreamResponse {
  readonly status: number;
  /** Names in lower case, in the order of the wire. */
  readonly headers: HeaderList;
  /** As it arrives; throws `UpstreamBroken` where the connection breaks off. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Why no answer came at all. */
export interface UpstreamFailure {
  readonly code:
    | 'connect_refused'
    | 'name_not_found'
    | 'unreachable'
    | 'timeout'
    | 'tls'
    | 'proxy_failed'
    /** All connections to it are busy: that says nothing of its health. */
    | 'connections_exhausted'
    | 'connection_lost'
    | 'invalid_request'
    | 'cancelled';
  readonly message: string;
}

/** The port to the services: real HTTP in a host, a script or a model of recorded behaviour elsewhere. */
export interface Upstream {
  send(request: UpstreamRequest): Promise<Result<UpstreamResponse, UpstreamFailure>>;
}
