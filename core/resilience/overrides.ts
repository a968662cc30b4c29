import { z } from 'zod';

type Shape = Readonly<Record<string, z.ZodDefault<z.ZodType>>>;

type Overrides<Options extends Shape> = z.ZodObject<
  { [Key in keyof Options]: z.ZodOptional<Options[Key] extends z.ZodDefault<infer Inner> ? Inner : never> },
  z.core.$strict
>;

/** The same options where only those count that are written: for an instance, a pool or a tier, over the host's. */
export function overridesOf<Options extends Shape>(
  schema: z.ZodObject<Options, z.core.$strict>,
): Overrides<Options> {
  const shape = Object.entries(schema.shape).map(([key, option]) => [key, option.unwrap().optional()]);
  return z.strictObject(Object.fromEntries(shape)) as Overrides<Options>;
}

/** The options with what the layers say instead, the most specific layer last; what one does not say it leaves alone. */
export function withOverrides<Options extends object>(
  options: Options,
  ...layers: readonly ({ readonly [Key in keyof Options]?: Options[Key] | undefined } | undefined)[]
): Options {
  const written = layers.flatMap((layer) =>
    Object.entries(layer ?? {}).filter(([, value]) => value !== undefined),
  );
  return written.length === 0 ? options : { ...options, ...Object.fromEntries(written) };
}
