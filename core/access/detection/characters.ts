/** A letter, a digit or `_`, as in `\\w`. */
export function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
  );
}

/** Of a name with its parts. */
export function isName(code: number): boolean {
  return isWord(code) || code === 45 || code === 46;
}

/** Of base64 in both alphabets. */
export function isToken(code: number): boolean {
  return isWord(code) || code === 45 || code === 43 || code === 47 || code === 61;
}
