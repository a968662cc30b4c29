import type { Dice } from './dice.ts';

/** A value of JSON in which anything may be text that is written as it is, and any name may come twice. */
export type Tree = { text: string } | { items: Tree[] } | { members: [name: string, value: Tree][] };

export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { items: value.map(treeOf) };
  if (typeof value === 'object' && value !== null)
    return { members: Object.entries(value).map(([name, inner]) => [name, treeOf(inner)]) };
  return { text: JSON.stringify(value) };
}

export function writeTree(tree: Tree): string {
  if ('text' in tree) return tree.text;
  if ('items' in tree) return `[${tree.items.map(writeTree).join(',')}]`;
  return `{${tree.members.map(([name, value]) => `${JSON.stringify(name)}:${writeTree(value)}`).join(',')}}`;
}

const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const deepObject = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** What readers of JSON have stumbled over. */
// prettier-ignore
const VALUES: readonly string[] = [
  'null', 'true', 'false', '0', '-0', '-1', '1', '0.1', '1e400', '-1e400', '1e-400', '9007199254740993', '4294967296',
  '18446744073709551616', '-9223372036854775809', '""', '"0"', '"-1"', '"NaN"', '"Infinity"', '" "', '"\\u0000"',
  '"\\ud800"', '"\\udc00\\ud800"', '"\\u2028"', '"__proto__"', '"constructor"', '"toString"', '"\u{1F6A6}"', '[]', '{}',
  '[[]]', '[null]', '[{}]', '{"":{}}', '{"__proto__":{"polluted":"yes"}}', '{"__proto__":null}', '{"toString":1}',
  '{"constructor":{"prototype":{"polluted":"yes"}}}', '{"length":4294967295}', '{"then":1}', '{"toJSON":1}',
  '{"a":1,"a":2}', deep(10), deep(63), deep(64), deep(65), deep(200), deepObject(63), deepObject(66), deepObject(600),
  `"${'A'.repeat(300)}"`, `"${'é'.repeat(5_000)}"`, `"${'a.'.repeat(200)}"`, `[${'0,'.repeat(999)}0]`, 'undefined', 'NaN', "'x'", '01', '+1', '',
];
/** Seldom, since they cost more than all the others. */
const LARGE: readonly string[] = [
  deep(5_000),
  deepObject(20_000),
  `"${'x'.repeat(300_000)}"`,
  `[${'{},'.repeat(20_000)}{}]`,
];
// prettier-ignore
const NAMES: readonly string[] = [
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'length', '', '0', '-1',
  '999999999', 'a.b.0.c', 'x\u0000y', '__proto__.polluted', 'constructor.prototype.polluted',
  'gen_ai.prompt.__proto__.polluted', 'llm.input_messages.__proto__.polluted', 'llm.input_messages.0.__proto__.polluted',
  'llm.input_messages.999999999.message.role', 'ai.prompt.messages', 'gen_ai.completion.0.constructor.prototype.polluted',
];

interface Place {
  readonly tree: Tree;
  replace(by: Tree): void;
}

/** Changes a document where it has values and names, in one to four places; what comes out need not be JSON. */
export function mutateJson(document: unknown, dice: Dice, texts: readonly string[]): string {
  const root = { tree: treeOf(document) };
  for (let count = 1 + dice.skewed(4); count > 0; count--) {
    const places = placesOf(root);
    mutatePlace(dice.pick(places), dice, texts, places);
  }
  return writeTree(root.tree);
}

/** Every value of the document, the whole one first. */
function placesOf(root: { tree: Tree }): readonly Place[] {
  const places: Place[] = [];
  const visit = (tree: Tree, replace: (by: Tree) => void): void => {
    places.push({ tree, replace });
    if ('items' in tree) tree.items.forEach((item, index) => visit(item, (by) => (tree.items[index] = by)));
    else if ('members' in tree) for (const member of tree.members) visit(member[1], (by) => (member[1] = by));
  };
  visit(root.tree, (by) => (root.tree = by));
  return places;
}

function mutatePlace(
  { tree, replace }: Place,
  dice: Dice,
  texts: readonly string[],
  all: readonly Place[],
): void {
  const choice = dice.int(12);
  if (choice === 0) return replace({ text: dice.chance(0.01) ? dice.pick(LARGE) : dice.pick(VALUES) });
  if (choice === 1) return replace({ text: dice.pick(texts) });
  if (choice === 2) return replace({ items: [tree] });
  if (choice === 3) return replace(treeCopy(dice.pick(all).tree));
  if ('text' in tree) return replace({ text: mutateScalar(tree.text, dice) });
  if ('items' in tree) return mutateItems(tree.items, dice);
  mutateMembers(tree.members, dice);
}

function mutateScalar(text: string, dice: Dice): string {
  if (!text.startsWith('"') || dice.chance(0.3)) return dice.pick(VALUES);
  // Names of attributes have parts, and some readers make objects of them.
  const parts = text.slice(1, -1).split('.');
  parts[dice.int(parts.length)] = dice.pick(NAMES).replaceAll('\u0000', '\\u0000');
  return `"${parts.join('.')}"`;
}

function mutateItems(items: Tree[], dice: Dice): void {
  const at = dice.int(items.length + 1);
  const one = items[Math.min(at, items.length - 1)];
  if (!one) items.push({ text: dice.pick(VALUES) });
  else if (dice.chance(0.3)) items.splice(at, 1);
  else items.splice(at, 0, ...Array.from({ length: dice.chance(0.05) ? 50 : 1 }, () => treeCopy(one)));
}

function mutateMembers(members: [string, Tree][], dice: Dice): void {
  const at = dice.int(members.length + 1);
  const member = members[Math.min(at, members.length - 1)];
  if (!member) return void members.push([dice.pick(NAMES), { text: dice.pick(VALUES) }]);
  switch (dice.int(4)) {
    case 0:
      return void members.splice(at, 1);
    case 1:
      member[0] = dice.pick(NAMES);
      return;
    case 2:
      return void members.push([member[0], { text: dice.pick(VALUES) }]);
    default:
      return void members.splice(at, 0, [dice.pick(NAMES), treeCopy(member[1])]);
  }
}

function treeCopy(tree: Tree): Tree {
  if ('text' in tree) return { ...tree };
  if ('items' in tree) return { items: tree.items.map(treeCopy) };
  return { members: tree.members.map(([name, value]) => [name, treeCopy(value)]) };
}
