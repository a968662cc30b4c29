import type { Command } from './commands.ts';

/** The commands that hold every word of `query`, those that begin with it first. */
export function searchCommands(commands: readonly Command[], query: string): readonly Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (command: Command) => `${command.title} ${command.group}`.toLowerCase();
  const found = commands.filter((command) => words.every((word) => text(command).includes(word)));
  const first = words[0];
  if (first === undefined) return found;
  const begins = (command: Command) => (command.title.toLowerCase().startsWith(first) ? 0 : 1);
  return found.toSorted((a, b) => begins(a) - begins(b));
}
