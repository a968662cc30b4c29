import type { Match } from './compiled-rule.ts';
import { LiteralScanner } from './literal-scanner.ts';
import type { Allowance } from './rules.ts';

interface Asked {
  readonly text: string;
  readonly secret: string;
  readonly match: Match;
}

/** Whether what was found is none after all. */
export class CompiledAllowance {
  private readonly allowance: Allowance;
  private readonly stopWords: LiteralScanner | undefined;

  constructor(allowance: Allowance) {
    this.allowance = allowance;
    if (allowance.stopWords.length > 0) this.stopWords = new LiteralScanner(allowance.stopWords);
  }

  allows({ text, secret, match }: Asked): boolean {
    const { target, patterns } = this.allowance;
    if (this.stopWords?.isIn(secret)) return true;
    if (patterns.length === 0) return false;
    const about =
      target === 'secret'
        ? secret
        : target === 'match'
          ? text.slice(match.start, match.end)
          : linesOf(text, match.start, match.end);
    return patterns.some((pattern) => pattern.test(about));
  }
}

function linesOf(text: string, start: number, end: number): string {
  const before = text.lastIndexOf('\n', start - 1) + 1;
  const after = text.indexOf('\n', end);
  return text.slice(before, after === -1 ? text.length : after);
}
