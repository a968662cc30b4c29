import { describe, expect, it } from 'vitest';
import { configSchema } from '../config/schema.ts';
import { resolveInstances } from './resolve-instances.ts';
import { StartFailure } from './start-failure.ts';

const SIMULATED = 'http://127.0.0.1:9/v1';

function resolve(written: object, env: NodeJS.ProcessEnv = {}) {
  return resolveInstances(configSchema.parse(written), SIMULATED, env);
}

const here = { endpoint: 'http://127.0.0.1:8000/' };

describe('a resolved instance', () => {
  it('has the address, the category and the key of its provider', () => {
    const providers = {
      parse: { ...here, category: 'document', apiKeyEnv: 'PARSE_KEY' },
      play: { endpoint: 'simulated' },
    };
    const instances = { a: { provider: 'parse' }, b: { provider: 'play', model: 'm' } };
    expect(resolve({ providers, instances }, { PARSE_KEY: 'secret' })).toEqual([
      {
        name: 'a',
        provider: 'parse',
        category: 'document',
        endpoint: 'http://127.0.0.1:8000',
        model: '',
        weight: 1,
        priority: 1,
        maintenance: false,
        apiKey: 'secret',
      },
      {
        name: 'b',
        provider: 'play',
        category: 'llm',
        endpoint: SIMULATED,
        model: 'm',
        weight: 1,
        priority: 1,
        maintenance: false,
      },
    ]);
  });

  it('has all that it declares, and nothing of how attempts there are guarded', () => {
    const declared = {
      provider: 'p',
      model: 'm',
      capabilities: ['tools'],
      contextWindow: 1000,
      price: { input: 1, output: 2, cachedInput: 0.5 },
      zone: 'eu',
      labels: { team: 'search' },
      weight: 2,
      priority: 3,
      limits: { rpm: 10 },
      maintenance: true,
    };
    const guarded = {
      ...declared,
      maxConcurrent: 4,
      timeouts: { idleMs: 1 },
      breaker: { failureRate: 0.9 },
      hedge: {},
    };
    const [instance] = resolve({ providers: { p: here }, instances: { a: guarded } });
    const category = 'llm';
    const endpoint = 'http://127.0.0.1:8000';
    expect(instance).toEqual({ ...declared, name: 'a', category, endpoint, capacity: 4 });
  });

  it('takes the resources that it says, else those of its category', () => {
    const [own, other] = resolve({
      categories: { llm: { requires: { cpu: 2 } }, document: { requires: { cpu: 8 } } },
      providers: { p: here },
      instances: {
        own: { provider: 'p', model: 'm', requires: { gpu: 1 } },
        other: { provider: 'p', model: 'm' },
      },
    });
    expect([own?.requires, other?.requires]).toEqual([{ gpu: 1 }, { cpu: 2 }]);
  });

  it.each([{}, { KEY: '' }])('cannot be resolved where the key is not in %j', (env) => {
    const written = {
      providers: { p: { ...here, apiKeyEnv: 'KEY' } },
      instances: { a: { provider: 'p', model: 'm' } },
    };
    expect(() => resolve(written, env)).toThrow(StartFailure);
    expect(() => resolve(written, env)).toThrow(/"p" takes its key from the environment variable KEY/);
  });
});
