import { loadConfig } from './load.ts';
import { formatConfigProblem } from './problems.ts';
import type { Config } from './schema.ts';

/** Defaults with something of every kind to refer to. */
export const TEST_DEFAULTS = {
  file: 'default.toml',
  text: `
[providers.simulated]
endpoint = "simulated"
[instances.one]
provider = "simulated"
model = "m"
[pools.fast]
strategy = "round-robin"
instances = ["one"]
[simulated.models.m]
first_token_ms = 1
tokens_per_second = 1
context_window = 100

[providers.parse]
endpoint = "http://127.0.0.1:8000"
category = "document"
[instances.reader]
provider = "parse"
[pools.readers]
instances = ["reader"]
`,
};

/** The configuration of a `my.toml` over those defaults. */
export function configOf(text: string): Config {
  const loaded = loadConfig(TEST_DEFAULTS, { file: 'my.toml', text });
  if (!loaded.ok) throw new Error(loaded.error.map(formatConfigProblem).join('\n'));
  return loaded.value;
}

/** What is said of such a file that is refused; nothing of one that is not. */
export function problemsOf(text: string): string[] {
  const loaded = loadConfig(TEST_DEFAULTS, { file: 'my.toml', text });
  return loaded.ok ? [] : loaded.error.map(formatConfigProblem);
}
