import type { z } from 'zod';
import { didYouMean, listNames } from './words.ts';

/** What each type of the schema is called by people who write TOML. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'a table',
  record: 'a table',
};

/** Words for what a schema refuses without words of its own. */
export function sayIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const type = TYPES[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `this key is needed: ${type}` : `${type} is needed`;
    }
    case 'too_small':
      return `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const hint = typeof issue.input === 'string' ? didYouMean(issue.input, values) : undefined;
      return `${hint ?? 'not a value for this key;'} allowed are ${listNames(values)}`;
    }
    default:
      return undefined;
  }
}
