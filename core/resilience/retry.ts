/** Statuses after which another instance may well answer: overload, rate limit, a failing or unreachable server. */
const RETRYABLE = new Set([408, 429, 500, 502, 503, 504, 529]);

/** Whether an answer that has not reached the client yet may be thrown away for a try at another instance. */
export function isRetryableStatus(status: number): boolean {
  return RETRYABLE.has(status);
}
