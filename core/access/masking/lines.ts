/** Visits the lines of a text, without their ends: LF, CR, or both, between which an empty line is visited. */
export function eachLine(text: string, visit: (start: number, end: number) => void): void {
  let start = 0;
  let cr = nextOf(text, '\r', 0);
  let lf = nextOf(text, '\n', 0);
  for (let end = Math.min(cr, lf); end < text.length; end = Math.min(cr, lf)) {
    visit(start, end);
    start = end + 1;
    if (cr < start) cr = nextOf(text, '\r', start);
    if (lf < start) lf = nextOf(text, '\n', start);
  }
  visit(start, text.length);
}

/** The end of the text where there is none, so that it is not looked for again. */
function nextOf(text: string, sought: string, from: number): number {
  const at = text.indexOf(sought, from);
  return at === -1 ? text.length : at;
}
