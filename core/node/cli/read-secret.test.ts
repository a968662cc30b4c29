import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readSecret } from './read-secret.ts';

/** What a terminal, or a pipe, is to a command. */
function terminal(isTTY: boolean) {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode(mode: boolean) {
      modes.push(mode);
      return input;
    },
  });
  const output = new PassThrough();
  const asked = readSecret(
    input as unknown as NodeJS.ReadStream,
    output as unknown as NodeJS.WriteStream,
    'Key: ',
  );
  return { input, modes, asked, shown: () => String(output.read() ?? '') };
}

describe('a key from standard input', () => {
  it('is what stands before the pipe, without its line feed', async () => {
    const { input, asked, shown } = terminal(false);
    input.write('sk-abc');
    input.end('def\r\n');
    expect([await asked, shown()]).toEqual(['sk-abcdef', '']);
  });

  it('is typed without being shown, and may be corrected', async () => {
    const { input, asked, shown, modes } = terminal(true);
    input.write('sk-ab');
    input.write('\u007Fcd\rignored');
    expect([await asked, shown(), modes]).toEqual(['sk-acd', 'Key: \n', [true, false]]);
  });

  it('may be given up', async () => {
    const { input, asked, modes } = terminal(true);
    input.write('sk\u0003');
    await expect(asked).rejects.toMatchObject({ message: 'Nothing was stored.', exitCode: 130 });
    expect(modes).toEqual([true, false]);
  });

  it.each(['', ' \n', 'two words', 'ké', 'a\u0000b', 'x'.repeat(20_000)])(
    'is refused where it is none (%#)',
    async (given) => {
      const { input, asked } = terminal(false);
      input.end(given);
      await expect(asked).rejects.toThrow(/key/i);
    },
  );
});
