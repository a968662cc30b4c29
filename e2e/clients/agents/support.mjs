// What every agent here does with its cases: runs them one after the other and prints, as one line of JSON, what each
// of them gave, or how it failed. Nothing of the client is changed, wrapped or configured here.

/** `cases` by name; the arguments of the process choose some of them, without any all are run. */
export async function play(cases) {
  const wanted = process.argv.slice(2);
  const outcomes = {};
  for (const [name, run] of Object.entries(cases)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      outcomes[name] = { gave: plain(await run()) };
    } catch (error) {
      outcomes[name] = { failed: plain(error) };
    }
  }
  // A client may keep a connection or a timer: what was to be done is done.
  process.stdout.write(`${JSON.stringify(outcomes)}\n`, () => process.exit(0));
}

/** All items of an async iterable; where it breaks off, what came until then, and how. */
export async function all(items) {
  const seen = [];
  try {
    for await (const item of items) seen.push(plain(item));
  } catch (error) {
    return { seen, failed: plain(error) };
  }
  return seen;
}

/** A stack, and what a client holds on to of the connection, are of no interest to whoever uses it. */
const UNTOLD = new Set(['stack', 'request', 'socket', 'controller', 'signal', 'lc_kwargs']);

/** A value as JSON that tells all there is to see of it: errors, headers, bytes and classes too. */
export function plain(value, around = []) {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (around.includes(value)) return '(again)';
  const inside = [...around, value];
  if (value instanceof Headers) return headersOf(value);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value))
    return `base64:${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`;
  if (value instanceof Map || value instanceof Set) return [...value].map((one) => plain(one, inside));
  if (Array.isArray(value)) return value.map((one) => plain(one, inside));
  const error = value instanceof Error && {
    is: value.constructor.name,
    name: value.name,
    message: value.message,
    cause: plain(value.cause, inside),
  };
  const own = Object.entries(value).filter(([key]) => !UNTOLD.has(key) && !key.startsWith('_'));
  return { ...error, ...Object.fromEntries(own.map(([key, one]) => [key, plain(one, inside)])) };
}

function headersOf(headers) {
  return Object.fromEntries([...headers].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Long enough for an answer to have begun. */
export function abortAfter(millis) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), millis);
  return controller.signal;
}
