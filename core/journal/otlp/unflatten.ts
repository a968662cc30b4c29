import type { JsonValue } from '../../base/json.ts';
import type { Attribute } from './any-value.ts';

type Node = Map<string, Node | { readonly leaf: JsonValue }>;

/** Parts of one name; more is nobody's message. */
const LONGEST = 32;

/**
 * Puts together what was flattened into names: `prefix.0.role` and `prefix.1.role` become a list of two objects. Numbers
 * make lists, in their numeric order and without the gaps that a limit on attributes leaves. Nothing where no name begins
 * with the prefix; `taken` are the names that do.
 */
export function unflatten(
  attributes: readonly Attribute[],
  prefix: string,
): { readonly value: JsonValue; readonly taken: readonly string[] } | undefined {
  const root: Node = new Map();
  const taken: string[] = [];
  for (const [key, value] of attributes) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const names = key.slice(prefix.length + 1).split('.');
    if (names.length > LONGEST) continue;
    if (place(root, names, value)) taken.push(key);
  }
  return taken.length === 0 ? undefined : { value: gather(root), taken };
}

/** False where something else stands in that place already. */
function place(root: Node, names: readonly string[], value: JsonValue): boolean {
  let node = root;
  for (const name of names.slice(0, -1)) {
    const next = node.get(name) ?? new Map();
    if ('leaf' in next) return false;
    node.set(name, next);
    node = next;
  }
  const last = names.at(-1)!;
  if (node.has(last)) return false;
  node.set(last, { leaf: value });
  return true;
}

function gather(node: Node): JsonValue {
  const entries = [...node].map(([name, item]) => [name, 'leaf' in item ? item.leaf : gather(item)] as const);
  if (!entries.every(([name]) => /^\d{1,9}$/.test(name))) return Object.fromEntries(entries);
  return entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
}
