/**
 * Which places of a JSON document matter, so that it can be read without ever being held. What is no array or object
 * of this description is a value.
 */
export type Shape = ValueShape | SkipShape | ObjectShape | ArrayShape | EitherShape;

/** Parsed and given under this name, whatever it is. */
export interface ValueShape {
  readonly kind: 'value';
  readonly name: string;
  /** Only one whose text has this somewhere is parsed and given. */
  readonly containing?: string;
}

/** Passed over: only its brackets are looked at, because another reading of the same file looks at the rest. */
export interface SkipShape {
  readonly kind: 'skip';
}

export interface ObjectShape {
  readonly kind: 'object';
  /** Where there is one, its beginning and its end are given too. */
  readonly name?: string;
  readonly members: ReadonlyMap<string, Shape>;
  /** Of all members that have no shape of their own. */
  readonly rest: Shape;
}

export interface ArrayShape {
  readonly kind: 'array';
  readonly name?: string;
  readonly items: Shape;
  /** The file may end before its bracket, also after a comma. */
  readonly mayEndOpen?: true;
}

/** By what it begins with. */
export interface EitherShape {
  readonly kind: 'either';
  readonly object: ObjectShape | ValueShape | SkipShape;
  readonly array: ArrayShape | ValueShape | SkipShape;
}

export const SKIP: SkipShape = { kind: 'skip' };

export function value(name: string): ValueShape {
  return { kind: 'value', name };
}

/** What has no shape here is given as values named `other`, or as `rest` says. */
export function object(
  members: Readonly<Record<string, Shape>>,
  options: { readonly name?: string; readonly rest?: Shape } = {},
): ObjectShape {
  const { name, rest = value('other') } = options;
  return {
    kind: 'object',
    members: new Map(Object.entries(members)),
    rest,
    ...(name !== undefined && { name }),
  };
}

export function array(
  items: Shape,
  options: { readonly name?: string; readonly mayEndOpen?: true } = {},
): ArrayShape {
  return { kind: 'array', items, ...options };
}

export function either(object: EitherShape['object'], array: EitherShape['array']): EitherShape {
  return { kind: 'either', object, array };
}
