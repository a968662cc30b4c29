import type { Millis } from '../../base/units.ts';
import type { UpstreamFailure } from '../../scheduling/upstream.ts';

/** Why no certificate was accepted, by OpenSSL's and Node's codes. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet; is the clock of this machine right?',
  CERT_REVOKED: 'it was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  HOSTNAME_MISMATCH: 'it is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known here',
};
/** Those that go away when the authority is trusted. */
const UNTRUSTED = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;
const CERTIFICATE_CODES = /^(CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

/** What became of a request without an answer, in words that say what to do. */
export function describeFailure(
  error: Error & { readonly code?: string },
  origin: string,
  connectTimeoutMs: Millis,
): UpstreamFailure {
  const { code = '', message } = error;
  switch (code) {
    case 'ECONNREFUSED':
      return {
        code: 'connect_refused',
        message: `nothing listens at ${origin} (connection refused). Is the server running?`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'name_not_found',
        message: `the name in ${origin} could not be resolved. Check the endpoint and your network.`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { code: 'unreachable', message: `there is no way to ${origin} from here. Check your network.` };
    case 'ETIMEDOUT':
    case 'CONNECT_TIMEOUT':
      return {
        code: 'timeout',
        message: `${origin} did not accept a connection within ${connectTimeoutMs / 1000} s`,
      };
    case 'POOL_EXHAUSTED':
      return {
        code: 'connections_exhausted',
        message: `${message}. Raise max in [connections], or have fewer calls at once.`,
      };
    case 'PROXY_REFUSED':
    case 'PROXY_UNREACHABLE':
      return { code: 'proxy_failed', message: `${message}. Check proxy and no_proxy in [connections].` };
    case 'UND_ERR_INVALID_ARG':
      return { code: 'invalid_request', message: `the request cannot be sent as it is (${message})` };
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return { code: 'tls', message: `${origin} does not speak TLS. Is the endpoint http:// instead?` };
    default:
      if (CERTIFICATE_CODES.test(code)) return untrusted(code, message, origin);
      if (/^ERR_(SSL|TLS)/.test(code)) {
        return { code: 'tls', message: `no TLS connection to ${origin} came about (${message})` };
      }
      return {
        code: 'connection_lost',
        message: `the connection to ${origin} failed (${message || code})`,
      };
  }
}

function untrusted(code: string, message: string, origin: string): UpstreamFailure {
  const why = CERTIFICATE[code] ?? message;
  const advice = UNTRUSTED.test(code)
    ? ' If you trust it, name the PEM file of its authority in ca_files of [connections].'
    : '';
  return {
    code: 'tls',
    message: `the certificate of ${origin} was not accepted: ${why} (${code}).${advice}`,
  };
}
