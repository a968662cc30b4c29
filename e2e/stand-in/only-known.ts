/** Asked for by promises and by printing, on anything. */
const ASKED_OF_EVERYTHING = new Set(['then', 'toJSON', 'nodeType', 'asymmetricMatch', 'domain']);

/**
 * `target`, except that what it lacks is an error: the stand-in never answers with a silent `undefined`.
 * Methods are bound to `target`, whose private fields are out of a proxy's reach.
 */
export function onlyKnown<Target extends object>(name: string, target: Target): Target {
  return new Proxy(target, {
    get(object, key) {
      if (typeof key === 'string' && !(key in object) && !ASKED_OF_EVERYTHING.has(key)) {
        throw new Error(`The stand-in for Electron has no ${name}.${key}; see e2e/stand-in.`);
      }
      const value = Reflect.get(object, key, object) as unknown;
      return typeof value === 'function' ? (value.bind(object) as unknown) : value;
    },
  });
}

/** The same for what the app passes in. */
export function refuseUnknown(name: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    throw new Error(
      `The stand-in for Electron does not know ${name}: ${unknown.join(', ')}; see e2e/stand-in.`,
    );
  }
}
