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

/** Before a name like `api_key` there may be so much of a longer one. */
const LONGEST_CONTEXT = 50;
/** … and so much of it, with spaces and quotes, may follow. */
const LONGEST_NAME_REST = 80;
/** White space and the quotes. */
const BETWEEN: ReadonlySet<number> = new Set([32, 9, 10, 12, 13, 11, 160, 34, 39]);
/** `=>:|,?` */
const ASSIGNS: ReadonlySet<number> = new Set([61, 62, 58, 124, 44, 63]);
/** Of a kind that goes far in every try, so many are tried in one text. */
const MOST_FAR_TRIES = 200;
const GOES_FAR = new Set(['curl-auth-header', 'curl-auth-user', 'private-key', 'kubernetes-secret-yaml']);
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
    this.allow = options.allow ?? [];
  }

  /** Where something begins that may be a secret; most texts have little of it. */
  scan(text: string): Hits {
    return this.scanner.scan(text);
  }

  /** Those of the hits that are secrets, in no order; they may lie over each other. */
  confirm(text: string, hits: Hits): readonly FoundSecret[] {
    if (hits.length === 0) return [];
    const present = new Set<string>();
    for (let index = 0; index < hits.length; index += 2) present.add(this.literals[hits[index]!]!);
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

interface Match {
  readonly start: number;
  readonly end: number;
  readonly secretStart: number;
  readonly secretEnd: number;
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

/** A rule whose expressions are made when they are first needed: most never are. */
class CompiledRule {
  readonly rule: SecretRule;
  readonly goesFar: boolean;
  private readonly wantsWordBorder: boolean;
  private compiled: { readonly quick: RegExp; readonly exact: RegExp } | undefined;

  constructor(rule: SecretRule) {
    this.rule = rule;
    this.goesFar = GOES_FAR.has(rule.id);
    this.wantsWordBorder = rule.source.startsWith('\\b') && !rule.source.includes('|\\b');
  }

  isCalled(present: ReadonlySet<string>): boolean {
    const { keywords } = this.rule;
    return keywords.length === 0 || keywords.some((keyword) => present.has(keyword));
  }

  /** Asked before the expression is, since it is the case for most words. */
  mayBegin(text: string, at: number, length: number): boolean {
    if (this.wantsWordBorder && at > 0 && isWord(text.charCodeAt(at - 1))) return false;
    return !this.rule.isAssigned || assignmentFollows(text, at + length);
  }

  matchAt(text: string, at: number): Match | undefined {
    const { quick, exact } = this.expressions;
    quick.lastIndex = at;
    if (!quick.test(text)) return undefined;
    exact.lastIndex = at;
    return this.read(text, exact.exec(text)!);
  }

  matchesIn(text: string): readonly Match[] {
    const expression = new RegExp(this.rule.source, 'dg');
    return [...text.matchAll(expression)].map((match) => this.read(text, match));
  }

  private get expressions() {
    const { source } = this.rule;
    return (this.compiled ??= { quick: new RegExp(source, 'y'), exact: new RegExp(source, 'dy') });
  }

  private read(text: string, match: RegExpExecArray): Match {
    const groups = match.indices!;
    const { group } = this.rule;
    const secret =
      group === undefined
        ? (groups.find((one, index) => index > 0 && one !== undefined && one[0] < one[1]) ?? groups[0]!)
        : groups[group]!;
    const [start, end] = groups[0]!;
    const before = this.rule.hasContext ? contextBefore(text, start) : start;
    return { start: before, end, secretStart: secret[0], secretEnd: secret[1] };
  }
}

interface Asked {
  readonly text: string;
  readonly secret: string;
  readonly match: Match;
}

class CompiledAllowance {
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

/** Whether the first thing after the rest of a name, spaces and quotes assigns something to it. */
function assignmentFollows(text: string, from: number): boolean {
  for (let at = from; at < text.length && at < from + LONGEST_NAME_REST; at++) {
    const code = text.charCodeAt(at);
    if (!isName(code) && !BETWEEN.has(code)) return ASSIGNS.has(code);
  }
  return false;
}

function contextBefore(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_CONTEXT && isName(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

function linesOf(text: string, start: number, end: number): string {
  const before = text.lastIndexOf('\n', start - 1) + 1;
  const after = text.indexOf('\n', end);
  return text.slice(before, after === -1 ? text.length : after);
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

function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
  );
}

function isName(code: number): boolean {
  return isWord(code) || code === 45 || code === 46;
}

/** Of base64 in both alphabets. */
function isToken(code: number): boolean {
  return isWord(code) || code === 45 || code === 43 || code === 47 || code === 61;
}
