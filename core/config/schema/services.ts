import { z } from 'zod';
import { ADAPTER_NAMES } from '../../adapters/adapters.ts';
import { compileMeasure } from '../../adapters/measure.ts';
import { nameSchema } from './parts.ts';

const measure = z
  .string()
  .max(1_000)
  .superRefine((source, context) => {
    const compiled = compileMeasure(source);
    if (!compiled.ok) context.addIssue({ code: 'custom', message: compiled.error });
  });
const measures = z.record(nameSchema, measure);

export const adapterSchema = z.enum(ADAPTER_NAMES);

/** What a service can be asked for: of its own, or in another way than its adapter knows it. */
export const operationsSchema = z.record(
  nameSchema,
  z.strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).exactOptional(),
    /** Below the endpoint; `{name}` stands for any one segment. */
    path: z
      .string()
      .regex(/^\/[^\s?#]*$/, 'a path starts with "/", and has no query')
      .exactOptional(),
    request: measures.exactOptional(),
    answer: measures.exactOptional(),
  }),
);
