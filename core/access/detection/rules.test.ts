import { describe, expect, it } from 'vitest';
import { readGitleaksRules } from './rules.ts';
import { GITLEAKS } from '../../node/test-secrets.ts';

describe('the rules of gitleaks', () => {
  it('are all used but two, and those with a reason', () => {
    expect(GITLEAKS.rules).toHaveLength(220);
    expect(GITLEAKS.leftOut).toEqual({
      'pkcs12-file': 'names a file, not a text',
      'hashicorp-tf-password': expect.stringContaining('Terraform'),
    });
  });

  it.each(GITLEAKS.rules.map((rule) => [rule.id, rule] as const))('%s is an expression here', (_, rule) => {
    expect(() => new RegExp(rule.source, 'dy')).not.toThrow();
  });

  it('are looked for only where something begins, but for five that begin with anything', () => {
    const anywhere = GITLEAKS.rules.filter(({ literals }) => literals === undefined);
    expect(anywhere.map(({ id }) => id)).toEqual([
      'azure-ad-client-secret',
      'facebook-access-token',
      'hashicorp-tf-api-token',
      'maxmind-license-key',
      'sourcegraph-access-token',
    ]);
    expect(anywhere.filter(({ keywords }) => keywords.length === 0)).toEqual([]);
  });

  it('keep their thresholds, their groups and what they allow', () => {
    const generic = GITLEAKS.rules.find(({ id }) => id === 'generic-api-key')!;
    expect(generic).toMatchObject({ entropy: 3.5, hasContext: true, isAssigned: true, keywords: [] });
    expect(generic.allowances.map(({ target }) => target)).toEqual(['secret', 'secret', 'match', 'line']);
    expect(generic.allowances[2]!.stopWords.length).toBeGreaterThan(1000);
    expect(GITLEAKS.rules.find(({ id }) => id === 'sonar-api-token')!.group).toBe(2);
  });

  it('are refused where the file is none of theirs', () => {
    expect(() => readGitleaksRules('title = "x"')).toThrow();
    const broken = `[allowlist]\n[[rules]]\nid = "a"\nregex = '''\\pL'''\nkeywords = ["k"]`;
    expect(readGitleaksRules(broken)).toEqual({ rules: [], leftOut: { a: String.raw`\p` } });
  });
});
