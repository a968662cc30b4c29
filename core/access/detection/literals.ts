import type { Branch, Branches, Piece } from './regex-pieces.ts';

/** More beginnings than these are not told one by one. */
const MOST = 64;
/** A shorter one would be found everywhere. */
const SHORTEST = 2;

interface Beginnings {
  /** In lower case. */
  readonly texts: readonly string[];
  /** Whether these are whole, so that what follows can be added. */
  readonly whole: boolean;
}

/**
 * The texts of which one stands at the beginning of every match, in lower case, so that an expression has to be tried
 * only there. Nothing where there are none that say enough.
 */
export function leadingLiterals(branches: Branches): readonly string[] | undefined {
  const { texts } = ofBranches(branches);
  if (texts.length === 0 || texts.some((text) => text.length < SHORTEST)) return undefined;
  return [...new Set(texts)];
}

/**
 * Without a beginning that may as well be absent, as in `[\w.-]{0,50}?(?:key)…`: it says nothing about whether there is
 * a match, and would be tried from every place.
 */
export function withoutIdleBeginning(branches: Branches): Branches {
  return branches.map((branch) => {
    const [first, ...rest] = branch;
    if (first?.kind === 'repeat' && first.min === 0 && first.lazy) return withoutIdleBeginning([rest])[0]!;
    if (first?.kind !== 'group') return branch;
    return [{ ...first, branches: withoutIdleBeginning(first.branches) }, ...rest];
  });
}

function ofBranches(branches: Branches): Beginnings {
  const all = branches.map(ofBranch);
  return { texts: all.flatMap(({ texts }) => texts), whole: all.every(({ whole }) => whole) };
}

function ofBranch(branch: Branch): Beginnings {
  let texts: readonly string[] = [''];
  for (const piece of branch) {
    const next = ofPiece(piece);
    if (!next || next.texts.length * texts.length > MOST) return { texts, whole: false };
    texts = texts.flatMap((text) => next.texts.map((more) => text + more));
    if (!next.whole) return { texts, whole: false };
  }
  return { texts, whole: true };
}

function ofPiece(piece: Piece): Beginnings | undefined {
  switch (piece.kind) {
    case 'assertion':
      return { texts: [''], whole: true };
    case 'char':
      return { texts: [piece.char.toLowerCase()], whole: true };
    case 'class':
      return (
        piece.chars && { texts: [...new Set(piece.chars.map((char) => char.toLowerCase()))], whole: true }
      );
    case 'group':
      return ofBranches(piece.branches);
    case 'repeat': {
      const once = ofPiece(piece.of);
      if (piece.min > 0) return once && { texts: once.texts, whole: once.whole && piece.max === 1 };
      // What may be absent can be told only where it is known to its end.
      return once?.whole && piece.max === 1 ? { texts: ['', ...once.texts], whole: true } : undefined;
    }
  }
}
