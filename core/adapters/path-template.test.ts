import { describe, expect, it } from 'vitest';
import { pathTemplate } from './path-template.ts';

describe('a path with places', () => {
  const template = pathTemplate('/v2/{tenant}/c.s/{id}/query');

  it('is recognised', () => {
    for (const path of ['/v2/a/c.s/b/query', '/v2/a%2Fb/c.s/b/query/'])
      expect(template.matches(path)).toBe(true);
    for (const path of [
      '/v2/a/c.s/query',
      '/v2/a/cxs/b/query',
      '/v2/a/c.s/b/c/query',
      '/v2/a/c.s/b/query/x',
    ]) {
      expect(template.matches(path)).toBe(false);
    }
  });

  it('is filled so that it is recognised again', () => {
    const path = template.with({ tenant: 'a/b?c', id: '#1' });
    expect(path).toBe('/v2/a%2Fb%3Fc/c.s/%231/query');
    expect(template.matches(path)).toBe(true);
    expect(() => template.with({ tenant: 'a' })).toThrow('needs a value for id');
    expect(() => template.with({ tenant: 'a', id: '' })).toThrow('needs a value for id');
  });
});
