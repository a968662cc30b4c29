import { describe, expect, it } from 'vitest';
import { loadConfig } from './load.ts';
import { configOf, problemsOf, TEST_DEFAULTS } from './test-config.ts';

describe('a configuration', () => {
  it('is laid over the defaults name by name', () => {
    const config = configOf(`
[providers.local]
endpoint = "http://127.0.0.1:11434/v1"
[instances.two]
provider = "local"
model = "llama"
[pools.fast]
instances = ["one", "two"]
`);
    // The default's strategy is gone with the default.
    expect(config.pools['fast']).toEqual({ instances: ['one', 'two'], options: {} });
    expect(Object.keys(config.instances)).toEqual(['one', 'reader', 'two']);
  });

  it('is complete without a file', () => {
    expect(loadConfig(TEST_DEFAULTS)).toEqual(loadConfig(TEST_DEFAULTS, { file: 'my.toml', text: '' }));
  });

  it('takes a strategy with its options in snake case, by an alias too', () => {
    const pool = (name: string, strategy: string, option: string) =>
      `[pools.${name}]\ninstances = ["one"]\nstrategy = "${strategy}"\noptions = { ${option} }\n`;
    const config = configOf(
      pool('smart', 'intelligent', 'best = 2') +
        pool('cheap', 'cost-optimized', 'max_response_ms = 900') +
        pool(
          'ruled',
          'rules',
          'otherwise = { strategy = "cost-optimized", options = { max_response_ms = 9 } }',
        ),
    );
    expect(config.pools).toMatchObject({
      smart: { strategy: 'weighted-score', options: { best: 2 } },
      cheap: { strategy: 'cost-optimized', options: { maxResponseMs: 900 } },
      ruled: { options: { otherwise: { options: { maxResponseMs: 9 } } } },
    });
  });

  it('keeps names as they are written', () => {
    const config = configOf(
      '[resources]\nmemory_gib = 2\n[instances.my_one]\nprovider = "simulated"\nmodel = "m"\nlabels = { cost_center = "x_y" }',
    );
    expect(config.resources).toEqual({ memory_gib: 2 });
    expect(config.instances['my_one']?.labels).toEqual({ cost_center: 'x_y' });
  });

  it('reports every problem, not only the first', () => {
    expect(problemsOf('[data_plane]\nport = -1\nprot = 1\n[retry]\nmax_attempts = 0')).toHaveLength(3);
  });

  it('says in which file the key stands that something else has made wrong', () => {
    expect(problemsOf('[providers.parse]\nendpoint = "http://127.0.0.1:8000"')).toEqual([
      'default.toml:18:1: instances.reader.model: an instance of the category "llm" needs a model',
    ]);
  });
});
