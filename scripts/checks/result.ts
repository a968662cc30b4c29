export interface CheckResult {
  readonly ok: boolean;
  /** Shown where the check fails. */
  readonly output: string;
  /** A few words for the line of a check that passes. */
  readonly note?: string;
}
