import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'corpora');
const VECTORS = join(import.meta.dirname, '..', 'core', 'journal', 'otlp', 'vectors');

/** The bodies of JSONTestSuite: what must be read, what must not, and what may be. */
export function readJsonSuite(): readonly Buffer[] {
  const folder = join(FOLDER, 'json-test-suite');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return [
    ...files.toSorted().map((name) => readFileSync(join(folder, name))),
    Buffer.from('['.repeat(100_000)),
    Buffer.from('[{"":'.repeat(50_000)),
  ];
}

/** A vector of the other kind of test data: exports of OpenTelemetry, as JSON. */
export function readExport(name: string): unknown {
  return JSON.parse(readFileSync(join(VECTORS, name), 'utf8'));
}

/** The requests of llhttp's own tests, as they are on the wire. */
export function readHttpVectors(): readonly Buffer[] {
  const folder = join(FOLDER, 'llhttp');
  const files = readdirSync(folder).filter((name) => name.endsWith('.md'));
  return files.toSorted().flatMap((name) => vectorsOf(readFileSync(join(folder, name), 'utf8')));
}

/** The blocks of a document, by the rules of llhttp's test runner: lines end in CRLF unless a backslash joins them. */
export function vectorsOf(markdown: string): readonly Buffer[] {
  return [...markdown.matchAll(/^```http\n(.*?)\n```$/gms)].map(([, block = '']) => {
    const text = block
      .replaceAll(/\\(?:\r\n|\r|\n)/g, '')
      .replaceAll('\n', '\r\n')
      .replaceAll(/\\([rntf])/g, (_, letter: 'r' | 'n' | 't' | 'f') => ESCAPES[letter])
      .replaceAll(/\\x([0-9a-fA-F]{2})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      );
    return Buffer.from(text, 'latin1');
  });
}

const ESCAPES = { r: '\r', n: '\n', t: '\t', f: '\f' } as const;
