import { fieldAt, isObject, type JsonObject } from '../json-access.ts';

/** Why something cannot be said in another dialect. */
export interface Refusal {
  /** As a path: `messages[2].content[0].image_url.detail`; empty for the whole. */
  readonly field: string;
  readonly reason: string;
}

/**
 * What becomes of a field: it is translated; it changes nothing that the client would miss, and is left out; or it is
 * looked at, and refused where that gives a reason, else left out.
 */
export type Rule = 'translated' | 'harmless' | ((value: unknown) => string | undefined);
export type FieldRules = Readonly<Record<string, Rule>>;

/** Why what cannot be walked is not translated. */
export const TOO_DEEP = 'it is nested too deeply';

const UNKNOWN: Rule = () => 'is not known here, so that nobody can say what is lost without it';

/** What was met on the way that has no place in the other dialect. */
export class Findings {
  private readonly reasons = new Map<string, string>();
  private readonly harmless = new Set<string>();

  /** Nothing is translated where this is not empty. Each field has one reason, the first. */
  get refused(): readonly Refusal[] {
    return [...this.reasons].map(([field, reason]) => ({ field, reason }));
  }

  get hasRefused(): boolean {
    return this.reasons.size > 0;
  }

  /** Fields that were left out because they are known to change nothing, each once. */
  get leftOut(): readonly string[] {
    return [...this.harmless];
  }

  refuse(field: string, reason: string): void {
    if (!this.reasons.has(field)) this.reasons.set(field, reason);
  }

  leaveOut(field: string): void {
    this.harmless.add(field);
  }

  /** Looks at every field of an object; null means the same as absent. `unknown` is the rule for what is not listed. */
  check(value: JsonObject, path: string, rules: FieldRules, unknown = UNKNOWN): void {
    for (const key of Object.keys(value)) {
      const field = fieldAt(value, key);
      if (field === undefined) continue;
      const rule = Object.hasOwn(rules, key) ? rules[key]! : unknown;
      if (rule === 'translated') continue;
      const at = path === '' ? key : `${path}.${key}`;
      const reason = rule === 'harmless' ? undefined : rule(field);
      if (reason === undefined) this.leaveOut(at);
      else this.refuse(at, reason);
    }
  }
}

/** The rule for what has no counterpart. */
export function refused(reason: string): Rule {
  return () => reason;
}

/** The rule for a field that only says what is so anyway where it has one of these values. */
export function unless(reason: string, ...values: readonly (string | number | boolean)[]): Rule {
  return (value) => (values.some((one) => one === value) ? undefined : reason);
}

/** The rule for a field that says nothing while it is empty. */
export function unlessEmpty(reason: string): Rule {
  return (value) => (isEmpty(value) ? undefined : reason);
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
