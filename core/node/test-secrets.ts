import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { seededRandom, type Random } from '../base/random.ts';
import { SecretDetector } from '../access/detection/detector.ts';
import { parseGoRegex } from '../access/detection/go-regex.ts';
import type { Branches, Piece } from '../access/detection/regex-pieces.ts';
import type { SecretRule } from '../access/detection/rules.ts';
import { SecretSearch } from '../access/masking/secret-search.ts';
import { SHAPES } from '../access/redaction.ts';
import { readSecretRules } from './secret-rules.ts';

/** For tests: the rules that a host has. */
export const GITLEAKS = readSecretRules(fileURLToPath(new URL('../../resources', import.meta.url)));

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const WORDS = PRINTABLE.filter((char) => /[A-Za-z0-9]/.test(char));
/** Where any number will do, so many more than the fewest. */
const MORE = 3;
const MOST_TRIES = 500;

/** For tests: a text that a rule finds a secret in, made from its expression, and that secret. Throws where none comes about. */
export function sampleOf(rule: SecretRule): { readonly text: string; readonly secret: string } {
  const parsed = parseGoRegex(rule.source);
  if (!parsed.ok) throw new Error(`${rule.id}: ${parsed.error}`);
  const random = seededRandom(rule.id.length * 7919 + rule.source.length);
  const detector = new SecretDetector([rule]);
  const words = rule.keywords.length > 0 ? ` ${rule.keywords[0]}` : '';
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const text = `${words} ${fromBranches(parsed.value, random)} `;
    const [found] = detector.confirm(text, detector.scan(text));
    if (found) return { text, secret: text.slice(found.start + found.kept, found.end) };
  }
  throw new Error(`no sample of ${rule.id} comes about`);
}

function fromBranches(branches: Branches, random: Random): string {
  const branch = branches[Math.floor(random() * branches.length)]!;
  return branch.map((piece) => fromPiece(piece, random)).join('');
}

function fromPiece(piece: Piece, random: Random): string {
  switch (piece.kind) {
    case 'char':
      return piece.char;
    case 'assertion':
      return '';
    case 'group':
      return fromBranches(piece.branches, random);
    case 'class':
      return oneOf(charsOf(piece.source), random);
    case 'repeat': {
      const most = Math.min(piece.max, piece.min + MORE);
      const count = piece.min + Math.floor(random() * (most - piece.min + 1));
      return Array.from({ length: count }, () => fromPiece(piece.of, random)).join('');
    }
  }
}

/** Letters and digits where the class has any. */
function charsOf(source: string): readonly string[] {
  const escape = { '\\n': '\n', '\\r': '\r', '\\t': '\t' }[source];
  if (escape !== undefined) return [escape];
  const pattern = new RegExp(`^${source}$`);
  const words = WORDS.filter((char) => pattern.test(char));
  return words.length > 0 ? words : [...PRINTABLE, '\n'].filter((char) => pattern.test(char));
}

function oneOf(chars: readonly string[], random: Random): string {
  return chars[Math.floor(random() * chars.length)]!;
}

const LEARNED = 'my "own" secret\\value/1';

/** For tests: the rules that a host has, and one value that it has seen. */
export const search = new SecretSearch(new SecretDetector([...GITLEAKS.rules, ...SHAPES]));
search.learn(LEARNED);

/** One secret of every kind, with a text that gives it away. */
export const CANARIES = [
  ...GITLEAKS.rules.map((rule) => ({ id: rule.id, ...sampleOf(rule) })),
  { id: 'learned', text: ` ${LEARNED} `, secret: LEARNED },
];

/** Texts with secrets, parts of secrets, and whatever may stand around them. */
export const SPIKED = fc
  .array(
    fc.oneof(
      fc.constantFrom(...CANARIES.map(({ text }) => text)),
      fc.constantFrom(...CANARIES.map(({ text }) => text.trim())),
      fc.constantFrom(...CANARIES.map(({ text }) => text.slice(0, -5))),
      fc.constantFrom(
        'api_key = ',
        'token":"',
        'secret: ',
        '\\',
        '"',
        '\n',
        '\\n',
        'n',
        '=',
        "'",
        ' ',
        '\u2028',
      ),
      fc.constantFrom('[redacted:jwt]', 'sk-…[redacted:openai-api-key]', 'zaCELgL0imfnc8mVLWwsAawjYr4Rx1Af'),
      fc.string(),
      fc.json(),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
