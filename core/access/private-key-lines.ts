const BEGIN = /-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----/;
const END = /-----END[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----/;
/** Of base64; one that is longer is no key, and is shown again. */
const MOST_LINES = 200;

/** Private keys that come line by line: no rule sees more than one of them at once. */
export class PrivateKeyLines {
  /** By the stream that a key is coming in: how many of its lines have come. */
  private readonly open = new Map<string, number>();

  /** The line, without what of it belongs to a private key. */
  mask(stream: string, line: string): string {
    const lines = this.open.get(stream);
    if (lines === undefined) {
      const begun = BEGIN.exec(line);
      if (!begun || END.test(line)) return line;
      this.open.set(stream, 1);
      return `${line.slice(0, begun.index)}-----BEGIN…[redacted:private-key]`;
    }
    const isEnd = END.test(line);
    if (isEnd || lines >= MOST_LINES) this.open.delete(stream);
    else this.open.set(stream, lines + 1);
    return isEnd || lines < MOST_LINES ? '[redacted:private-key]' : line;
  }
}
