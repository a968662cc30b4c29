import {
  identifier,
  isTest,
  memberName,
  parseSource,
  sourceFiles,
  walk,
  type SyntaxNode,
} from '../syntax.ts';

/** Calls and names through which a pure function could learn what no port told it. */
const FORBIDDEN_MEMBERS = /^(?:Date\.now|performance\.now|Math\.random|crypto\.\w+|globalThis\.\w+)$/;
const FORBIDDEN_CALLS = /^(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch|require)$/;

export interface Finding {
  readonly place: string;
  readonly what: string;
}

/** Everything in pure `core/` (all of it but `core/node`, tests aside) that reaches for the machine. */
export function findHiddenWorld(): { readonly files: number; readonly findings: readonly Finding[] } {
  const files = sourceFiles().filter(isPure);
  return { files: files.length, findings: files.flatMap((path) => findingsIn(path)) };
}

function isPure(path: string): boolean {
  return (
    path.startsWith('core/') && !path.startsWith('core/node/') && !isTest(path) && !path.endsWith('.d.ts')
  );
}

export function findingsIn(path: string): readonly Finding[] {
  const source = parseSource(path);
  const findings: Finding[] = [];
  walk(source.tree, (node) => {
    const what = hiddenWorld(node);
    if (what !== undefined) findings.push({ place: `${path}:${source.lineOf(node)}`, what });
  });
  return findings;
}

function hiddenWorld(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'MemberExpression': {
      const name = memberName(node);
      if (identifier(node['object']) === 'process') return 'process';
      return name !== undefined && FORBIDDEN_MEMBERS.test(name) ? name : undefined;
    }
    case 'CallExpression': {
      const name = identifier(node['callee']);
      return name !== undefined && FORBIDDEN_CALLS.test(name) ? `${name}()` : undefined;
    }
    case 'NewExpression': {
      const args = node['arguments'] as readonly unknown[] | undefined;
      return identifier(node['callee']) === 'Date' && !args?.length ? 'new Date()' : undefined;
    }
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const from = node['source'] as { readonly value?: string } | null | undefined;
      return from?.value?.startsWith('node:') ? `import of ${from.value}` : undefined;
    }
    default:
      return undefined;
  }
}
