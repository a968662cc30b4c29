/** A piece of a regular expression, as far as its translation and its first characters need to be known. */
export type Piece =
  | { readonly kind: 'char'; readonly char: string; readonly source: string }
  /** A class of characters; `chars` where they are few enough to be told one by one. */
  | { readonly kind: 'class'; readonly source: string; readonly chars?: readonly string[] }
  | { readonly kind: 'assertion'; readonly source: string }
  | { readonly kind: 'group'; readonly open: string; readonly branches: Branches }
  | {
      readonly kind: 'repeat';
      readonly of: Piece;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

export type Branch = readonly Piece[];
export type Branches = readonly Branch[];

/** As ECMAScript writes it, without flags. */
export function printRegex(branches: Branches): string {
  return branches.map((branch) => branch.map(printPiece).join('')).join('|');
}

function printPiece(piece: Piece): string {
  switch (piece.kind) {
    case 'group':
      return `${piece.open}${printRegex(piece.branches)})`;
    case 'repeat': {
      const { min, max, lazy } = piece;
      const count = max === Infinity ? `{${min},}` : min === max ? `{${min}}` : `{${min},${max}}`;
      return `${printPiece(piece.of)}${count}${lazy ? '?' : ''}`;
    }
    default:
      return piece.source;
  }
}
