import { parse, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { fail, ok, type Result } from '../base/result.ts';
import { locateKey } from './locate-key.ts';
import { snakeCase } from './snake-case.ts';
import { configSchema, type Config } from './schema.ts';

/** What is wrong with a configuration, and where. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1; absent where the problem has no place in the text. */
  readonly line?: number;
  readonly column?: number;
  /** Dotted path of the key: `pools.fast.instances`. */
  readonly key?: string;
  readonly message: string;
}

export interface ConfigText {
  readonly file: string;
  readonly text: string;
}

type Table = Record<string, unknown>;

/**
 * The configuration made of the built-in defaults and, over them, the user's file: providers, instances, pools and
 * simulated models are replaced one by one by name, scripts are tried before the built-in ones.
 */
export function loadConfig(
  defaults: ConfigText,
  user?: ConfigText,
): Result<Config, readonly ConfigProblem[]> {
  const base = parseToml(defaults);
  if (!base.ok) return base;
  const over = user ? parseToml(user) : ok<Table>({});
  if (!over.ok) return over;
  const source = user ?? defaults;
  // The user's file is checked by itself first: its own mistakes must carry its own positions.
  const alone = configSchema.safeParse(over.value);
  if (!alone.success) return fail(alone.error.issues.map((issue) => describe(source, issue)));
  const merged = configSchema.safeParse(mergeTables(base.value, over.value));
  if (!merged.success) return fail(merged.error.issues.map((issue) => describe(defaults, issue)));
  const dangling = danglingReferences(merged.data);
  if (dangling.length > 0) return fail(dangling.map(({ path, message }) => at(source, path, message)));
  return ok(merged.data);
}

export function formatConfigProblem(problem: ConfigProblem): string {
  const place =
    problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  return `${place}: ${problem.key === undefined ? '' : `${problem.key}: `}${problem.message}`;
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

function mergeTables(base: Table, over: Table): Table {
  const merged: Table = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (key === 'scripts' && Array.isArray(below) && Array.isArray(value)) merged[key] = [...value, ...below];
    else if (isTable(below) && isTable(value)) merged[key] = mergeTables(below, value);
    else merged[key] = value;
  }
  return merged;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function describe(source: ConfigText, issue: z.core.$ZodIssue): ConfigProblem {
  const path = asWritten(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const key = snakeCase(issue.keys[0]!);
    return at(source, [...path, key], 'there is no such key; check its spelling in docs/configuration.md');
  }
  return at(source, path, issue.message);
}

/** Options are in camel case once they are read; the message names them as they are written. */
function asWritten(path: readonly PropertyKey[]): readonly PropertyKey[] {
  const from = path.findIndex((part) => part === 'options' || part === 'breaker');
  return path.map((part, depth) => (from >= 0 && depth > from ? snakeCase(String(part)) : part));
}

function at(source: ConfigText, path: readonly PropertyKey[], message: string): ConfigProblem {
  const place = locateKey(source.text, path.map(String));
  return { file: source.file, ...place, key: path.map(String).join('.'), message };
}

function danglingReferences(config: Config): { path: string[]; message: string }[] {
  const found: { path: string[]; message: string }[] = [];
  for (const [name, { provider, model }] of Object.entries(config.instances)) {
    const target = config.providers[provider];
    if (!target) {
      found.push({
        path: ['instances', name, 'provider'],
        message: `there is no provider "${provider}"; known are ${list(config.providers)}`,
      });
    } else if (target.endpoint === 'simulated' && !config.simulated.models[model]) {
      found.push({
        path: ['instances', name, 'model'],
        message: `the simulated provider has no model "${model}"; known are ${list(config.simulated.models)}`,
      });
    }
  }
  for (const [name, pool] of Object.entries(config.pools)) {
    for (const instance of pool.instances) {
      if (config.instances[instance]) continue;
      found.push({
        path: ['pools', name, 'instances'],
        message: `there is no instance "${instance}"; known are ${list(config.instances)}`,
      });
    }
  }
  for (const [name, pool] of Object.entries(config.pools)) {
    const members = Object.fromEntries(pool.instances.map((member) => [member, true]));
    for (const instance of ruleTargets(pool.options)) {
      if (members[instance]) continue;
      found.push({
        path: ['pools', name, 'options', 'rules'],
        message: `there is no instance "${instance}" in the pool; it has ${list(members)}`,
      });
    }
  }
  return found;
}

/** The instances that the options of `rules` name; none for other strategies. */
function ruleTargets(options: unknown): readonly string[] {
  const { rules } = options as { readonly rules?: readonly { readonly instance: string }[] };
  return (rules ?? []).map((rule) => rule.instance);
}

function list(table: Table): string {
  const names = Object.keys(table);
  return names.length > 0 ? names.map((name) => `"${name}"`).join(', ') : 'none';
}
