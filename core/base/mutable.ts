/**
 * A value while it is put together. What happens in every call is not spread from conditions, `...(x && { x })`: each of
 * those takes three times as long as a whole object.
 */
export type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
