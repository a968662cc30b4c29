import type { ApiError } from '../../../core/api/client.ts';
import type { RegisterInstance } from '../../../core/api/contract.ts';
import type { Category } from '../../../core/journal/task.ts';

/** What is typed into the form of a new instance, as it is typed. */
export interface InstanceFields {
  readonly name: string;
  readonly endpoint: string;
  readonly provider: string;
  readonly category: Category;
  readonly model: string;
  readonly pools: readonly string[];
  readonly weight: string;
  readonly apiKeyEnv: string;
}

export type FieldName = keyof InstanceFields;
export type FieldProblem = 'needed' | 'name' | 'endpoint' | 'weight' | 'apiKeyEnv';

export const EMPTY_FIELDS: InstanceFields = {
  name: '',
  endpoint: '',
  provider: '',
  category: 'llm',
  model: '',
  pools: [],
  weight: '',
  apiKeyEnv: '',
};

const NAME = /^[a-z0-9][a-z0-9._-]*$/i;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Models are asked for by their name: only these categories have any. */
export function needsModel(category: Category): boolean {
  return category === 'llm' || category === 'embedding';
}

/** What the host would refuse, said before it is asked. */
export function checkFields(fields: InstanceFields): Partial<Record<FieldName, FieldProblem>> {
  const { name, endpoint, model, weight, apiKeyEnv, category } = trimmed(fields);
  return {
    ...(!NAME.test(name) && { name: name === '' ? 'needed' : 'name' }),
    ...(!isHttp(endpoint) && { endpoint: endpoint === '' ? 'needed' : 'endpoint' }),
    ...(model === '' && needsModel(category) && { model: 'needed' }),
    ...(weight !== '' && !(Number(weight) > 0 && Number.isFinite(Number(weight))) && { weight: 'weight' }),
    ...(apiKeyEnv !== '' && !VARIABLE.test(apiKeyEnv) && { apiKeyEnv: 'apiKeyEnv' }),
  };
}

/** Only what was filled in; the host knows the rest. */
export function registrationOf(fields: InstanceFields): RegisterInstance {
  const { name, endpoint, provider, category, model, pools, weight, apiKeyEnv } = trimmed(fields);
  return {
    name,
    endpoint,
    category,
    ...(provider !== '' && { provider }),
    ...(model !== '' && { model }),
    ...(pools.length > 0 && { pools: [...pools] }),
    ...(weight !== '' && { weight: Number(weight) }),
    ...(apiKeyEnv !== '' && { apiKeyEnv }),
  };
}

const FIELD_OF_CODE: Readonly<Record<string, FieldName>> = {
  instance_exists: 'name',
  pool_unknown: 'pools',
  key_missing: 'apiKeyEnv',
};

/** The field that a refusal of the host is about, where it is about one: `model: an instance … needs one`. */
export function fieldOf({ code, message }: Pick<ApiError, 'code' | 'message'>): FieldName | undefined {
  const named = FIELD_OF_CODE[code];
  if (named) return named;
  const [, field = ''] = /^(\w+)[.:]/.exec(message) ?? [];
  return Object.hasOwn(EMPTY_FIELDS, field) ? (field as FieldName) : undefined;
}

function trimmed(fields: InstanceFields): InstanceFields {
  const { name, endpoint, provider, model, weight, apiKeyEnv } = fields;
  return {
    ...fields,
    name: name.trim(),
    endpoint: endpoint.trim(),
    provider: provider.trim(),
    model: model.trim(),
    weight: weight.trim(),
    apiKeyEnv: apiKeyEnv.trim(),
  };
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
