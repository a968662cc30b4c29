/** How secrets look that were taken out before anything was recorded: `ghp_…[redacted:github-pat]`. */
const MASK = /\[redacted(?::([\w-]+))?\]/g;

/** What stands in a recorded body in the place of secrets. */
interface MaskedSecrets {
  readonly count: number;
  /** The rules that recognised them, each once; none for values that were known. */
  readonly rules: readonly string[];
}

/** `undefined` where nothing is masked. */
export function maskedSecrets(text: string): MaskedSecrets | undefined {
  const masks = [...text.matchAll(MASK)];
  if (masks.length === 0) return undefined;
  const rules = masks.map(([, rule]) => rule).filter((rule) => rule !== undefined);
  return { count: masks.length, rules: [...new Set(rules)] };
}
