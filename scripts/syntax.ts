import { parseFileSync } from '@swc/core';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from './tools.ts';

/** A node of the syntax tree, as far as the checks look at it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly tree: SyntaxNode;
  /** 1-based line of a node. */
  lineOf(node: SyntaxNode): number;
}

const FOLDERS = 'core,renderer,electron,scripts,e2e,bench,faults,fuzz';

/** Every source of ours, tests included. */
export function sourceFiles(): readonly string[] {
  return globSync([`{${FOLDERS}}/**/*.{ts,tsx}`, '*.ts'], { cwd: root, exclude: ['**/node_modules/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('e2e/');
}

export function parseSource(path: string): SourceFile {
  const absolute = resolve(root, path);
  const bytes = readFileSync(absolute);
  const tree: unknown = parseFileSync(absolute, {
    syntax: 'typescript',
    tsx: path.endsWith('.tsx'),
    target: 'es2023',
  });
  const module = tree as SyntaxNode & { readonly span: { readonly start: number } };
  // swc counts bytes from 1 over all the files that it has parsed, and a module begins at its first statement.
  const firstCode = module.span.start - leadingBytes(bytes);
  const lineOf = (node: SyntaxNode) => {
    const upTo = bytes.subarray(0, Math.max(0, node.start - firstCode)).toString('utf8');
    return upTo.split('\n').length;
  };
  return { path, tree: module, lineOf };
}

/** Bytes before the first statement: spaces and comments. */
function leadingBytes(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  const skipped = /^(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|#![^\n]*\n)*/.exec(text)?.[0] ?? '';
  return Buffer.byteLength(skipped);
}

/** Visits every node below `value`, parents first. */
export function walk(value: unknown, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const record = value as Record<string, unknown>;
  const span = record['span'] as { readonly start: number } | undefined;
  if (typeof record['type'] === 'string') {
    visit({ ...record, type: record['type'], start: span?.start ?? 0 });
  }
  for (const [field, child] of Object.entries(record)) if (field !== 'span') walk(child, visit);
}

/** `a.b` for a member of a plain name, else `undefined`. */
export function memberName(node: SyntaxNode): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const object = identifier(node['object']);
  const property = identifier(node['property']);
  return object !== undefined && property !== undefined ? `${object}.${property}` : undefined;
}

export function identifier(value: unknown): string | undefined {
  const node = value as { readonly type?: unknown; readonly value?: unknown } | undefined;
  return node?.type === 'Identifier' && typeof node.value === 'string' ? node.value : undefined;
}
