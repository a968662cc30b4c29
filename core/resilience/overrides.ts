import { z } from 'zod';

type WithoutDefault<Schema> = Schema extends z.ZodDefault<infer Inner> | z.ZodPrefault<infer Inner>
  ? Inner
  : Schema;

type Overrides<Shape extends z.ZodRawShape> = {
  [Key in keyof Shape]: z.ZodExactOptional<WithoutDefault<Shape[Key]>>;
};

/** The same options where only those count that are written: for an instance, a pool or a tier, over the host's. */
export function overridesOf<Shape extends z.ZodRawShape>({
  shape,
}: z.ZodObject<Shape>): z.ZodObject<Overrides<Shape>, z.core.$strict> {
  const entries = Object.entries(shape).map(([key, member]) => [
    key,
    z.exactOptional(withoutDefault(member)),
  ]);
  return z.strictObject(Object.fromEntries(entries) as Overrides<Shape>);
}

function withoutDefault(schema: z.core.SomeType): z.core.SomeType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
}

/** The options with what the layers say instead, the most specific layer last; what one does not say it leaves alone. */
export function withOverrides<Options extends object>(
  options: Options,
  ...layers: readonly (Partial<Options> | undefined)[]
): Options {
  const written = layers.flatMap((layer) => Object.entries(layer ?? {}));
  return written.length === 0 ? options : { ...options, ...Object.fromEntries(written) };
}
