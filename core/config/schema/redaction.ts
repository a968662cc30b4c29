import { z } from 'zod';

/** Of ECMAScript, without flags. */
const expression = z
  .string()
  .min(1, 'an expression must not be empty')
  .max(1_000)
  .superRefine((source, context) => {
    try {
      new RegExp(source);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: 'custom', message });
    }
  });

/** `[redaction]`. */
export const redactionSchema = z.strictObject({
  /** Secrets are recognised by rules; keys that are known or have well-known shapes are masked in any case. */
  enabled: z.boolean().default(true),
  /** What is no secret although it looks like one: an expression that is found in it. */
  allow: z.array(expression).default([]),
});
