import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGitleaksRules, type SecretRules } from '../access/detection/rules.ts';

/** The rules for secrets that come with Signalbox. */
export function readSecretRules(resourcesDir: string): SecretRules {
  return readGitleaksRules(readFileSync(join(resourcesDir, 'secret-rules', 'gitleaks.toml'), 'utf8'));
}
