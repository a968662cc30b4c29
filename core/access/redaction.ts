import type { EventSink } from '../journal/recorder.ts';
import { SecretDetector } from './detection/detector.ts';
import type { SecretRule } from './detection/rules.ts';
import { maskBody, maskContent } from './masking/mask-body.ts';
import { SecretSearch } from './masking/secret-search.ts';
import { PrivateKeyLines } from './private-key-lines.ts';

/** Knows the secrets seen so far and takes them, and whatever is recognised as a secret, out of what is recorded. */
export interface Redactor {
  /** Remembers an exact value; short ones are ignored. */
  learn(secret: string): void;
  /** The same for the credential of a client, for as long as it comes now and then. */
  learnOfClient(credential: string): void;
  text(text: string): string;
  /** The same object where there was nothing to take out. */
  bytes(bytes: Uint8Array): Uint8Array;
  /** The same object where there was nothing to take out. */
  value<Value>(value: Value): Value;
}

export interface RedactionOptions {
  /** Kinds of secrets to be recognised, besides keys of the shapes that providers give out. */
  readonly rules?: readonly SecretRule[];
  /** What is no secret although it looks like one. */
  readonly allow?: readonly RegExp[];
}

/** Keys of the shapes that providers give out, and bearer credentials; they are recognised in any case. */
export const SHAPES: readonly SecretRule[] = [
  shape('api-key', String.raw`\bsk-[A-Za-z0-9_-]{20,}`, 'sk-'),
  shape('bearer-token', String.raw`\b[Bb]earer\s+([A-Za-z0-9._~+/-]{20,}=*)`, 'bearer'),
];

/** Texts that are known to be clean; forgotten ones are searched again. */
const KNOWN_CLEAN = 1_000;
/** What has more characters, as a hash has, is seldom said twice: to look it up would cost more than to search it. */
const LONGEST_KNOWN = 63;

export function createRedactor({ rules = [], allow = [] }: RedactionOptions = {}): Redactor {
  const detector = new SecretDetector([...rules, ...SHAPES], { allow });
  const search = new SecretSearch(detector);
  /** Most of what happens to a call is said in the words that were used of the call before. */
  const clean = new Set<string>();
  const text = (given: string): string => {
    if (given.length > LONGEST_KNOWN) return maskContent(search, given);
    if (clean.has(given)) return given;
    const masked = maskContent(search, given);
    if (masked !== given) return masked;
    if (clean.size >= KNOWN_CLEAN) clean.clear();
    clean.add(given);
    return given;
  };
  return {
    learn(secret) {
      if (search.learn(secret)) clean.clear();
    },
    learnOfClient(credential) {
      if (search.learnOfClient(credential)) clean.clear();
    },
    text,
    bytes: (bytes) => maskBody(search, bytes),
    value: (given) => redacted(given, text),
  };
}

/** Passes everything on without the secrets: they are gone before an event exists. */
export function redactingSink(sink: EventSink, redactor: Redactor): EventSink {
  const privateKeys = new PrivateKeyLines();
  return {
    append(event) {
      if (event.type === 'log-written' || event.type === 'mcp-output-written') {
        const { data } = event;
        const from = [event.runId, 'server' in data ? data.server : '', data.stream].join(' ');
        const text = redactor.text(privateKeys.mask(from, data.text));
        return sink.append(
          text === data.text ? event : ({ ...event, data: { ...data, text } } as typeof event),
        );
      }
      const data = redactor.value(event.data);
      if (event.type !== 'run-started' || !event.data.command) {
        return sink.append(data === event.data ? event : ({ ...event, data } as typeof event));
      }
      const command = redactedCommand(event.data.command, redactor);
      sink.append({ ...event, data: { ...(data as typeof event.data), command } });
    },
    keepBody: (run, body) => sink.keepBody(run, redactor.bytes(body)),
  };
}

/** `--token VALUE` says as much as `--token=VALUE`. */
function redactedCommand(command: readonly string[], { text }: Redactor): readonly string[] {
  return command.map((word, index) => {
    const option = command[index - 1] ?? '';
    return /^--?[A-Za-z][\w-]*$/.test(option) ? redactedAs(option, word, text) : text(word);
  });
}

/** A value whose name may say that it is a secret, where it does not say so itself and is no document. */
function redactedAs(name: string, value: string, text: (given: string) => string): string {
  const clean = text(value);
  if (clean !== value || /^\s*[[{"]/.test(value)) return clean;
  const given = `${name}=`;
  const together = text(given + value);
  return together.startsWith(given) ? together.slice(given.length) : clean;
}

function redacted<Value>(given: Value, text: (given: string) => string): Value;
function redacted(given: unknown, text: (given: string) => string): unknown {
  if (typeof given === 'string') return text(given);
  if (typeof given !== 'object' || given === null) return given;
  if (Array.isArray(given)) {
    let changed: unknown[] | undefined;
    for (let index = 0; index < given.length; index++) {
      const clean = redacted<unknown>(given[index], text);
      if (clean !== given[index]) (changed ??= [...given])[index] = clean;
    }
    return changed ?? given;
  }
  let changed: Record<string, unknown> | undefined;
  // Done for everything that happens: nothing is made where nothing is taken out.
  for (const key in given) {
    const inner = given[key as keyof typeof given] as unknown;
    if (typeof inner !== 'string' && typeof inner !== 'object') continue;
    // An attribute of OpenTelemetry: what it is called says what it is.
    const name = key === 'value' && 'key' in given ? given.key : undefined;
    const clean =
      typeof name === 'string' && typeof inner === 'string'
        ? redactedAs(name, inner, text)
        : redacted<unknown>(inner, text);
    if (clean !== inner) (changed ??= { ...given })[key] = clean;
  }
  return changed ?? given;
}

function shape(id: string, source: string, literal: string): SecretRule {
  return {
    id,
    source,
    literals: [literal],
    keywords: [],
    hasContext: false,
    isAssigned: false,
    allowances: [],
  };
}
