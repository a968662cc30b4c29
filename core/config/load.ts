import { parse, TomlError } from 'smol-toml';
import { fail, ok, type Result } from '../base/result.ts';
import { findContradictions } from './checks/contradictions.ts';
import { fromToml } from './from-toml.ts';
import { mergeTables } from './merge.ts';
import { fromUnknownKey, locateIn, type ConfigProblem, type ConfigText, type Finding } from './problems.ts';
import { configSchema, type Config } from './schema.ts';
import { sayIssue } from './say-issue.ts';
import type { Table } from './table.ts';

/** The configuration made of the built-in defaults and, over them, the user's file; see `mergeTables`. */
export function loadConfig(
  defaults: ConfigText,
  user?: ConfigText,
): Result<Config, readonly ConfigProblem[]> {
  const base = parseToml(defaults);
  if (!base.ok) return base;
  const over = user ? parseToml(user) : ok<Table>({});
  if (!over.ok) return over;
  // The user's file is checked by itself first: the merge would hide a key that it lacks.
  const alone = parseConfig(over.value);
  if (!alone.ok) return fail(alone.error.map(locateIn([user ?? defaults], over.value)));
  const merged = mergeTables(base.value, over.value);
  const locate = locateIn(user ? [user, defaults] : [defaults], merged);
  const config = parseConfig(merged);
  if (!config.ok) return fail(config.error.map(locate));
  const contradictions = findContradictions(config.value);
  return contradictions.length > 0 ? fail(contradictions.map(locate)) : config;
}

function parseToml(source: ConfigText): Result<Table, readonly ConfigProblem[]> {
  try {
    return ok(parse(source.text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '');
    return fail([
      { file: source.file, line: error.line, column: error.column, message: `not valid TOML: ${message}` },
    ]);
  }
}

function parseConfig(table: Table): Result<Config, readonly Finding[]> {
  const { value, unknown } = fromToml(configSchema, table);
  const parsed = configSchema.safeParse(value, { error: sayIssue });
  const findings = [...unknown.map(fromUnknownKey), ...(parsed.error?.issues ?? [])];
  return parsed.success && findings.length === 0 ? ok(parsed.data) : fail(findings);
}
