import { isName, isWord } from './characters.ts';
import type { SecretRule } from './rules.ts';

/** Before a name like `api_key` there may be so much of a longer one. */
const LONGEST_CONTEXT = 50;
/** … and so much of it, with spaces and quotes, may follow. */
const LONGEST_NAME_REST = 80;
/** White space and the quotes. */
const BETWEEN: ReadonlySet<number> = new Set([32, 9, 10, 12, 13, 11, 160, 34, 39]);
/** `=>:|,?` */
const ASSIGNS: ReadonlySet<number> = new Set([61, 62, 58, 124, 44, 63]);
/** Digits: every rule wants at least five characters of a secret. */
const LONGEST_COUNT = 4;
const MOST_SPACES = 2;
/** `,}]` */
const ENDS_COUNT: ReadonlySet<number> = new Set([44, 125, 93]);
/** Kinds that go far in every try. */
const GOES_FAR = new Set(['curl-auth-header', 'curl-auth-user', 'private-key', 'kubernetes-secret-yaml']);

/** Where a rule's expression fits, and what of it is the secret. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly secretStart: number;
  readonly secretEnd: number;
}

/** A rule whose expressions are made when they are first needed: most never are. */
export class CompiledRule {
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

/** Whether the first thing after the rest of a name, spaces and quotes assigns something to it. */
function assignmentFollows(text: string, from: number): boolean {
  for (let at = from; at < text.length && at < from + LONGEST_NAME_REST; at++) {
    const code = text.charCodeAt(at);
    if (!isName(code) && !BETWEEN.has(code)) return ASSIGNS.has(code) && !isCount(text, at + 1);
  }
  return false;
}

/**
 * Whether it is a short number, and then something that is in no secret: most of what answers say of tokens is how many
 * they were.
 */
function isCount(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === 32 && at < from + MOST_SPACES) at += 1;
  const start = at;
  while (isDigit(text.charCodeAt(at)) && at < start + LONGEST_COUNT) at += 1;
  return at > start && ENDS_COUNT.has(text.charCodeAt(at));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function contextBefore(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_CONTEXT && isName(text.charCodeAt(start - 1))) start -= 1;
  return start;
}
