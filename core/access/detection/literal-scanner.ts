/** Places in a text where one of the literals begins, in the order in which they end: pairs of literal and place. */
export type Hits = readonly number[];

interface Node {
  readonly next: Map<number, Node>;
  readonly literals: number[];
  fallback: Node | undefined;
  id: number;
}

/**
 * Finds all of many texts at once, whatever their case, in one pass over each character (Aho and Corasick, "Efficient
 * string matching", CACM 18(6), 1975), over a table of transitions. Literals are ASCII.
 */
export class LiteralScanner {
  private readonly lengths: readonly number[];
  private readonly classes: Uint8Array;
  private readonly table: Uint32Array;
  /** States from here on are ends of literals. */
  private readonly firstEnd: number;
  /** By state: the literals that end there. */
  private readonly ends: readonly (readonly number[])[];
  private readonly width: number;

  constructor(literals: readonly string[]) {
    this.lengths = literals.map((literal) => literal.length);
    const { classes, width } = classify(literals);
    const nodes = link(buildTrie(literals, classes));
    this.classes = classes;
    this.width = width;
    const inner = nodes.filter((node) => node.literals.length === 0);
    const ends = nodes.filter((node) => node.literals.length > 0);
    const ordered = [...inner, ...ends];
    for (const [id, node] of ordered.entries()) node.id = id;
    this.firstEnd = inner.length * width;
    this.ends = ends.map((node) => node.literals);
    this.table = new Uint32Array(ordered.length * width);
    const root = nodes[0]!;
    // In the order of depth: the row of the fallback is there already.
    for (const node of nodes) {
      const row = node.id * width;
      const below = node.fallback;
      if (below) this.table.copyWithin(row, below.id * width, (below.id + 1) * width);
      else this.table.fill(root.id * width, row, row + width);
      for (const [symbol, next] of node.next) this.table[row + symbol] = next.id * width;
    }
  }

  scan(text: string): Hits {
    const { table, classes, firstEnd, width } = this;
    const hits: number[] = [];
    let state = 0;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      state = table[state + (code < 128 ? classes[code]! : 0)]!;
      if (state >= firstEnd) {
        for (const literal of this.ends[(state - firstEnd) / width]!) {
          hits.push(literal, index + 1 - this.lengths[literal]!);
        }
      }
    }
    return hits;
  }

  /** Whether any of them is there. */
  isIn(text: string): boolean {
    return this.scan(text).length > 0;
  }
}

/** Characters that no literal has are all the same: 0. */
function classify(literals: readonly string[]): { readonly classes: Uint8Array; readonly width: number } {
  const classes = new Uint8Array(128);
  let width = 1;
  for (const char of new Set(literals.join('').toLowerCase())) {
    const code = char.charCodeAt(0);
    if (code > 127) throw new Error(`a literal has a character that is not ASCII: ${char}`);
    classes[code] = width;
    classes[char.toUpperCase().charCodeAt(0)] = width;
    width += 1;
  }
  return { classes, width };
}

function newNode(): Node {
  return { next: new Map(), literals: [], fallback: undefined, id: 0 };
}

function buildTrie(literals: readonly string[], classes: Uint8Array): Node {
  const root = newNode();
  for (const [literal, text] of literals.entries()) {
    let node = root;
    for (const char of text.toLowerCase()) {
      const symbol = classes[char.charCodeAt(0)]!;
      const next = node.next.get(symbol) ?? newNode();
      node.next.set(symbol, next);
      node = next;
    }
    node.literals.push(literal);
  }
  return root;
}

/** Gives each node the longest other one that its text ends in; all nodes, by depth. */
function link(root: Node): readonly Node[] {
  const nodes = [root];
  for (const node of nodes) {
    for (const [symbol, next] of node.next) {
      let below = node.fallback;
      while (below && !below.next.has(symbol)) below = below.fallback;
      next.fallback = below?.next.get(symbol) ?? root;
      next.literals.push(...next.fallback.literals);
      nodes.push(next);
    }
  }
  return nodes;
}
