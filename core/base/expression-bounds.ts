import type { ASTNode } from '@marcbachmann/cel-js';

const MIRRORED = { '==': '==', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** A comparison of a variable with something that is written out; times are Unix milliseconds. */
export type Bound =
  | {
      readonly name: string;
      readonly operator: keyof typeof MIRRORED;
      readonly value: string | number | boolean;
    }
  | { readonly name: string; readonly operator: 'in'; readonly values: readonly (string | number)[] }
  | { readonly name: string; readonly operator: 'contains'; readonly value: string };

/** The comparisons that an expression joins with `&&`: where one of them does not hold, all of it does not. */
export function boundsOf(node: ASTNode): readonly Bound[] {
  switch (node.op) {
    case '&&':
      return node.args.flatMap(boundsOf);
    case '==':
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const [left, right] = node.args;
      return left.op === 'id'
        ? comparison(left.args, node.op, right)
        : right.op === 'id'
          ? comparison(right.args, MIRRORED[node.op], left)
          : [];
    }
    case 'in':
      return membership(...node.args);
    case 'rcall':
      return containment(...node.args);
    case 'id':
      return [{ name: node.args, operator: '==', value: true }];
    default:
      return [];
  }
}

function comparison(name: string, operator: keyof typeof MIRRORED, node: ASTNode): readonly Bound[] {
  const value = valueOf(node);
  return value === undefined ? [] : [{ name, operator, value }];
}

function containment(method: string, receiver: ASTNode, [argument]: readonly ASTNode[]): readonly Bound[] {
  if (method !== 'contains' || receiver.op !== 'id' || !argument) return [];
  const value = valueOf(argument);
  return typeof value === 'string' ? [{ name: receiver.args, operator: 'contains', value }] : [];
}

function membership(left: ASTNode, right: ASTNode): readonly Bound[] {
  if (left.op !== 'id' || right.op !== 'list') return [];
  const values = right.args.map(valueOf);
  const plain = values.filter((value) => typeof value === 'string' || typeof value === 'number');
  return plain.length === values.length ? [{ name: left.args, operator: 'in', values: plain }] : [];
}

/** What is written out, where a table of rows can hold it. */
function valueOf(node: ASTNode): string | number | boolean | undefined {
  if (node.op === 'value') {
    const { args } = node;
    if (typeof args === 'bigint') return Number(args);
    return typeof args === 'string' || typeof args === 'number' || typeof args === 'boolean'
      ? args
      : undefined;
  }
  if (node.op === '-_') {
    const value = valueOf(node.args);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.op !== 'call' || node.args[0] !== 'timestamp') return undefined;
  const [text, ...others] = node.args[1];
  if (text?.op !== 'value' || typeof text.args !== 'string' || others.length > 0) return undefined;
  const time = Date.parse(text.args);
  return Number.isNaN(time) ? undefined : time;
}
