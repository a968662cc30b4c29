import { LONGEST_SECRET, secretValueSchema } from '../../api/contract.ts';
import { CommandFailure } from './failure.ts';

const ENTER = new Set(['\r', '\n', '\u0004']);
const CTRL_C = '\u0003';
const BACKSPACE = new Set(['\u007F', '\b']);

/** A key from standard input: typed without being shown, or from whatever stands before the pipe; never an argument. */
export async function readSecret(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  question: string,
): Promise<string> {
  const given = input.isTTY ? await typed(input, output, question) : await piped(input);
  const value = given.trim();
  if (value === '') throw new CommandFailure('No key was given on standard input.');
  if (!secretValueSchema.safeParse(value).success) {
    throw new CommandFailure('A key is one word of plain characters; what was given has others in it.');
  }
  return value;
}

async function piped(input: NodeJS.ReadStream): Promise<string> {
  let text = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    text += String(chunk);
    if (text.length > LONGEST_SECRET) throw new CommandFailure('What was given is too long for a key.');
  }
  return text;
}

function typed(input: NodeJS.ReadStream, output: NodeJS.WriteStream, question: string): Promise<string> {
  output.write(question);
  input.setRawMode(true).setEncoding('utf8').resume();
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (finish: () => void) => {
      input.off('data', read).setRawMode(false).pause();
      output.write('\n');
      finish();
    };
    const read = (chunk: string) => {
      for (const char of chunk) {
        if (char === CTRL_C) return end(() => reject(new CommandFailure('Nothing was stored.', 130)));
        if (ENTER.has(char)) return end(() => resolve(text));
        text = BACKSPACE.has(char) ? text.slice(0, -1) : text + char;
      }
    };
    input.on('data', read);
  });
}
