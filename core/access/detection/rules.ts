import { parse } from 'smol-toml';
import { z } from 'zod';
import { parseGoRegex } from './go-regex.ts';
import { printRegex, type Branches } from './regex-pieces.ts';
import { leadingLiterals, withoutIdleBeginning } from './literals.ts';

/** What a rule finds although it is no secret. */
export interface Allowance {
  /** Which text the expressions are asked about: the secret, the whole match, or the lines that it is in. */
  readonly target: 'secret' | 'match' | 'line';
  readonly patterns: readonly RegExp[];
  /** In lower case; a secret that has one of them in it is a word, or a placeholder. */
  readonly stopWords: readonly string[];
}

/** One kind of secret and how it is recognised. */
export interface SecretRule {
  readonly id: string;
  /** ECMAScript's syntax, without flags of its own. */
  readonly source: string;
  /** In lower case, of which one stands at the beginning of each match; absent: it is looked for everywhere. */
  readonly literals?: readonly string[];
  /** In lower case, of which one must be in the text; empty where the literals say as much. */
  readonly keywords: readonly string[];
  /** Whether what a match is recognised by may have more before it, as in `my_api_key=`. */
  readonly hasContext: boolean;
  /** Whether an assignment follows its literals, as in `api_key = …`; most places where they stand have none. */
  readonly isAssigned: boolean;
  /** In bits for each character: a secret has more. */
  readonly entropy?: number;
  /** The group that holds the secret; else the first that took part, else the whole match. */
  readonly group?: number;
  readonly allowances: readonly Allowance[];
}

export interface SecretRules {
  readonly rules: readonly SecretRule[];
  /** Rules that cannot be used here, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
}

const texts = z.array(z.string()).default([]);
const allowlist = z.object({
  regexTarget: z.enum(['match', 'line']).exactOptional(),
  condition: z.string().exactOptional(),
  paths: texts,
  regexes: texts,
  stopwords: texts,
});

/** The part of a configuration of gitleaks (github.com/gitleaks/gitleaks, `config/gitleaks.toml`) that is used here. */
const gitleaksSchema = z.object({
  allowlist,
  rules: z.array(
    z.object({
      id: z.string(),
      regex: z.string().exactOptional(),
      entropy: z.number().exactOptional(),
      secretGroup: z.int().exactOptional(),
      keywords: texts,
      allowlists: z.array(allowlist).default([]),
    }),
  ),
});

const NO_TEXT = 'names a file, not a text';

/** Rules for a kind of file that would find far too much elsewhere. */
const ONLY_IN_FILES: Readonly<Record<string, string>> = {
  'hashicorp-tf-password':
    'every short word in quotes after "password" would be one outside of Terraform files',
};

/** Rules whose first group is a part of the secret. */
const WHOLE_MATCH = new Set(['microsoft-teams-webhook']);

/** What ends far from its beginning must not be looked for to the end of a long text, again and again. */
const REWRITTEN: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'private-key': ['{64,}?', '{64,20000}?'],
};

/** What stands between a name and its value, in all rules that go by names. */
const ASSIGNMENT = String.raw`(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)`;

/** Reads the rules of gitleaks. Throws where the file is not a configuration of it. */
export function readGitleaksRules(toml: string): SecretRules {
  const { allowlist: ofAll, rules: given } = gitleaksSchema.parse(parse(toml));
  const common = readAllowance(ofAll);
  const rules: SecretRule[] = [];
  const leftOut: Record<string, string> = {};
  for (const { id, regex, entropy, secretGroup, keywords, allowlists } of given) {
    if (regex === undefined) {
      leftOut[id] = NO_TEXT;
      continue;
    }
    const [from, to] = REWRITTEN[id] ?? ['', ''];
    const parsed = parseGoRegex(regex.replace(from, to));
    const because = ONLY_IN_FILES[id] ?? (parsed.ok ? undefined : parsed.error);
    if (because !== undefined || !parsed.ok) {
      leftOut[id] = because ?? '';
      continue;
    }
    const group = WHOLE_MATCH.has(id) ? 0 : secretGroup;
    rules.push({
      id,
      ...anchorsOf(parsed.value, keywords),
      ...(entropy !== undefined && { entropy }),
      ...(group !== undefined && { group }),
      allowances: [common, ...allowlists.filter(({ condition }) => condition !== 'AND').map(readAllowance)],
    });
  }
  return { rules, leftOut };
}

function anchorsOf(
  written: Branches,
  keywords: readonly string[],
): Pick<SecretRule, 'source' | 'literals' | 'keywords' | 'hasContext' | 'isAssigned'> {
  const branches = withoutIdleBeginning(written);
  const literals = leadingLiterals(branches);
  const source = printRegex(branches);
  const hasContext = source !== printRegex(written);
  const isAssigned = hasContext && branches.length === 1 && source.includes(ASSIGNMENT);
  if (!literals) return { source, keywords, hasContext, isAssigned };
  const implied = literals.every((literal) => keywords.some((keyword) => literal.includes(keyword)));
  return { source, literals, keywords: implied ? [] : keywords, hasContext, isAssigned };
}

function readAllowance({ regexTarget, regexes, stopwords }: z.output<typeof allowlist>): Allowance {
  const stopWords = stopwords.map((word) => word.toLowerCase());
  return { target: regexTarget ?? 'secret', patterns: regexes.map(toRegExp), stopWords };
}

function toRegExp(source: string): RegExp {
  const parsed = parseGoRegex(source);
  if (!parsed.ok) throw new Error(`an allow-list has ${source}, in which ${parsed.error} has no counterpart`);
  return new RegExp(printRegex(parsed.value));
}
