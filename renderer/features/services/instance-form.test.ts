import { expect, test } from 'vitest';
import { registerInstanceSchema } from '../../../core/api/contract.ts';
import { checkFields, EMPTY_FIELDS, fieldOf, registrationOf, type InstanceFields } from './instance-form.ts';

const filled: InstanceFields = {
  name: ' llama-2 ',
  endpoint: 'http://127.0.0.1:11434/v1',
  provider: '',
  category: 'llm',
  model: 'llama3.1:8b',
  pools: ['fast'],
  weight: '0.5',
  apiKeyEnv: '',
};

test('what was left empty is not sent, and what is sent is what the host takes', () => {
  expect(registrationOf(filled)).toEqual({
    name: 'llama-2',
    endpoint: 'http://127.0.0.1:11434/v1',
    category: 'llm',
    model: 'llama3.1:8b',
    pools: ['fast'],
    weight: 0.5,
  });
  expect(checkFields(filled)).toEqual({});
  expect(registerInstanceSchema.safeParse(registrationOf(filled)).success).toBe(true);
});

test('an empty form says what it needs', () => {
  expect(checkFields(EMPTY_FIELDS)).toEqual({ name: 'needed', endpoint: 'needed', model: 'needed' });
  expect(checkFields({ ...EMPTY_FIELDS, category: 'document' })).not.toHaveProperty('model');
});

test.each<[Partial<InstanceFields>, object]>([
  [{ name: '-x' }, { name: 'name' }],
  [{ name: 'a b' }, { name: 'name' }],
  [{ endpoint: 'localhost:11434' }, { endpoint: 'endpoint' }],
  [{ endpoint: 'ftp://x/' }, { endpoint: 'endpoint' }],
  [{ weight: '0' }, { weight: 'weight' }],
  [{ weight: 'much' }, { weight: 'weight' }],
  [{ apiKeyEnv: 'MY KEY' }, { apiKeyEnv: 'apiKeyEnv' }],
])('%j is refused here as the host would', (given, problems) => {
  expect(checkFields({ ...filled, ...given })).toEqual(problems);
  expect(registerInstanceSchema.safeParse(registrationOf({ ...filled, ...given })).success).toBe(false);
});

test.each([
  ['instance_exists', 'There is an instance "a" already.', 'name'],
  ['pool_unknown', 'There is no pool "x"; known are none.', 'pools'],
  ['key_missing', 'The environment of the host has no variable K.', 'apiKeyEnv'],
  ['invalid_request', 'model: an instance of the category llm needs one.', 'model'],
  ['invalid_request', 'pools.0: not valid', 'pools'],
  ['invalid_request', 'limits.rpm: not valid', undefined],
  ['internal', 'Signalbox could not do this: toString: no', undefined],
])('a refusal %s “%s” is about %s', (code, message, field) => {
  expect(fieldOf({ code, message })).toBe(field);
});
