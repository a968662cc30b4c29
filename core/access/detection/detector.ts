import { isToken } from './characters.ts';
import { CompiledAllowance } from './compiled-allowance.ts';
import { CompiledRule, type Match } from './compiled-rule.ts';
import { entropyOf } from './entropy.ts';
import { LiteralScanner, type Hits } from './literal-scanner.ts';
import type { Allowance, SecretRule } from './rules.ts';

/** A secret in a text. */
export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  /** How much of its beginning says only what kind of secret it is, as `ghp_` does. */
  readonly kept: number;
}

export interface DetectorOptions {
  /** What a person has said to be no secret: of the secret itself. */
  readonly allow?: readonly RegExp[];
}

/** Of a kind that goes far in every try, so many are made in one text. */
const MOST_FAR_TRIES = 200;
/** Of a beginning that says what kind of secret it is. */
const LONGEST_KEPT = 16;

/**
 * Finds secrets by rules, as gitleaks does: a rule's expression, then the entropy of what it took to be the secret, then
 * the allow-lists. Expressions are tried only where one of their literals begins.
 */
export class SecretDetector {
  private readonly scanner: LiteralScanner;
  /** By literal: the rules that begin with it. */
  private readonly anchored: readonly (readonly CompiledRule[])[];
  private readonly anywhere: readonly CompiledRule[];
  /** By literal: whether it calls a rule that may begin anywhere. */
  private readonly callsAnywhere: readonly boolean[];
  private readonly literals: readonly string[];
  private readonly allowances = new Map<Allowance, CompiledAllowance>();
  private readonly allow: readonly RegExp[];

  constructor(rules: readonly SecretRule[], options: DetectorOptions = {}) {
    const compiled = rules.map((rule) => new CompiledRule(rule));
    this.literals = [...new Set(rules.flatMap(({ literals = [], keywords }) => [...literals, ...keywords]))];
    this.scanner = new LiteralScanner(this.literals);
    this.anchored = this.literals.map((literal) =>
      compiled.filter(({ rule }) => rule.literals?.includes(literal)),
    );
    this.anywhere = compiled.filter(({ rule }) => rule.literals === undefined);
    this.callsAnywhere = this.literals.map((literal) =>
      this.anywhere.some((rule) => rule.isCalled(new Set([literal]))),
    );
    this.allow = options.allow ?? [];
  }

  /** Where something begins that may be a secret; most texts have little of it. */
  scan(text: string): Hits {
    return this.scanner.scan(text);
  }

  /** Those of the hits that are secrets, in no order; they may lie over each other. `all` are those of the text. */
  confirm(text: string, hits: Hits, all = hits): readonly FoundSecret[] {
    if (hits.length === 0 || !this.mayConfirm(text, hits, all)) return [];
    const present = new Set<string>();
    for (let index = 0; index < all.length; index += 2) present.add(this.literals[all[index]!]!);
    const found: FoundSecret[] = [];
    const tries = new Tries();
    for (let index = 0; index < hits.length; index += 2) {
      const at = hits[index + 1]!;
      const literal = this.literals[hits[index]!]!;
      for (const rule of this.anchored[hits[index]!]!) {
        if (!rule.mayBegin(text, at, literal.length) || !rule.isCalled(present) || !tries.take(rule, at))
          continue;
        const match = rule.matchAt(text, at);
        if (!match) continue;
        tries.skipTo(rule, match.end);
        this.judge(text, rule, match, found);
      }
    }
    for (const rule of this.anywhere) {
      if (!rule.isCalled(present)) continue;
      for (const match of rule.matchesIn(text)) this.judge(text, rule, match, found);
    }
    return found;
  }

  /** Most hits are words like `token` that nothing is assigned to: that is seen without making anything. */
  private mayConfirm(text: string, hits: Hits, all: Hits): boolean {
    for (let index = 0; index < all.length; index += 2) if (this.callsAnywhere[all[index]!]) return true;
    for (let index = 0; index < hits.length; index += 2) {
      const { length } = this.literals[hits[index]!]!;
      for (const rule of this.anchored[hits[index]!]!)
        if (rule.mayBegin(text, hits[index + 1]!, length)) return true;
    }
    return false;
  }

  private judge(text: string, compiled: CompiledRule, match: Match, found: FoundSecret[]): void {
    const { rule } = compiled;
    const secret = text.slice(match.secretStart, match.secretEnd);
    if (rule.entropy !== undefined && entropyOf(secret) <= rule.entropy) return;
    if (this.allow.some((pattern) => pattern.test(secret))) return;
    if (rule.allowances.some((list) => this.compiled(list).allows({ text, secret, match }))) return;
    found.push({
      ...unquoted(text, match.secretStart, extended(text, match.secretEnd)),
      rule: rule.id,
      kept: keptOf(rule, secret),
    });
  }

  private compiled(allowance: Allowance): CompiledAllowance {
    const known = this.allowances.get(allowance) ?? new CompiledAllowance(allowance);
    this.allowances.set(allowance, known);
    return known;
  }
}

/** How often each rule was tried, and how far its last match went. */
class Tries {
  private readonly done = new Map<CompiledRule, number>();
  private readonly ends = new Map<CompiledRule, number>();

  take(rule: CompiledRule, at: number): boolean {
    if (at < (this.ends.get(rule) ?? 0)) return false;
    if (!rule.goesFar) return true;
    const tries = (this.done.get(rule) ?? 0) + 1;
    this.done.set(rule, tries);
    return tries <= MOST_FAR_TRIES;
  }

  skipTo(rule: CompiledRule, end: number): void {
    this.ends.set(rule, end);
  }
}

/** With the characters that go on with it: what is longer than its kind should be is not to be left in part. */
function extended(text: string, end: number): number {
  let to = end;
  if (!isToken(text.charCodeAt(end - 1))) return end;
  while (to < text.length && isToken(text.charCodeAt(to))) to += 1;
  return to;
}

/** Some rules take the quotes with it; they are no part of a secret. */
function unquoted(
  text: string,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } {
  const quote = text[start];
  const isQuoted = (quote === '"' || quote === "'") && end - start > 1 && text[end - 1] === quote;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}

function keptOf({ literals = [], hasContext }: SecretRule, secret: string): number {
  if (hasContext) return 0;
  const begin = secret.toLowerCase();
  const known = literals
    .filter((literal) => begin.startsWith(literal))
    .toSorted((a, b) => b.length - a.length)[0];
  if (known === undefined) return 0;
  if (known.length <= LONGEST_KEPT) return known.length;
  return known.slice(0, LONGEST_KEPT).search(/[^-_.:/~]*$/);
}
