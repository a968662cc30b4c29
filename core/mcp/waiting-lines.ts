/** So many messages, and so many characters of them, wait for a server; what is more is for the agent to say again. */
export const MOST_LINES = 1_000;
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** What an agent says while its server is started again: one message a line, in order, until there are too many. */
export class WaitingLines {
  private lines: string[] = [];
  private characters = 0;

  get isFull(): boolean {
    return this.lines.length >= MOST_LINES || this.characters >= MOST_CHARACTERS;
  }

  /** False where it is full, and the line is not kept. */
  add(line: string): boolean {
    if (this.isFull) return false;
    this.lines.push(line);
    this.characters += line.length;
    return true;
  }

  /** All of them, which wait no longer. */
  take(): readonly string[] {
    const { lines } = this;
    this.lines = [];
    this.characters = 0;
    return lines;
  }
}
