import { expect, it } from 'vitest';
import { configOf, problemsOf } from '../test-config.ts';

it('takes a program, or a URL', () => {
  const { mcp } = configOf(
    '[mcp.files]\ncommand = ["npx", "-y", "x"]\nenv = { api_Key = "1" }\npass_env = ["TOKEN"]\ncwd = "/tmp"\n' +
      '[mcp.far]\nurl = "https://example.test/mcp"\nera = "2026-07-28"',
  );
  expect(mcp).toEqual({
    files: {
      command: ['npx', '-y', 'x'],
      env: { api_Key: '1' },
      passEnv: ['TOKEN'],
      cwd: '/tmp',
      era: 'auto',
    },
    far: { url: 'https://example.test/mcp', era: '2026-07-28' },
  });
});

it.each([
  ['neither', '', 'my.toml:1:1: mcp.files: an MCP server needs a `command` or a `url`'],
  [
    'both',
    'command = ["a"]\nurl = "http://x/mcp"',
    'my.toml:3:1: mcp.files.url: an MCP server has a `command` or a `url`, not both',
  ],
  [
    'how to start what runs elsewhere',
    'url = "http://x/mcp"\npass_env = ["A"]',
    'my.toml:3:1: mcp.files.pass_env: belongs to a `command`; a server with a `url` is started by others',
  ],
  ['no program', 'command = []', 'my.toml:2:1: mcp.files.command: a program is needed'],
  ['no URL', 'url = "files"', 'my.toml:2:1: mcp.files.url: an http:// or https:// URL is needed'],
  ['no variable', 'command = ["a"]\nenv = { "a b" = "1" }', 'my.toml:3:9: mcp.files.env'],
  ['an unknown era', 'url = "http://x/mcp"\nera = "2024"', 'my.toml:3:1: mcp.files.era: not a value'],
])('refuses a server with %s', (_, lines, problem) => {
  expect(problemsOf(`[mcp.files]\n${lines}`).join('\n')).toContain(problem);
});
