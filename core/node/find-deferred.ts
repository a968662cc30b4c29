import type { FindDeferred } from './gateway/serve-deferred.ts';
import type { Store } from './store/store.ts';

/** A call that was put off, as the journal has it. */
export async function findDeferred(
  store: Store,
  ...[run, span]: Parameters<FindDeferred>
): ReturnType<FindDeferred> {
  await store.flush();
  const found = await store.read('findSpan', { run, span });
  if (found?.span.kind !== 'call') return undefined;
  return { span: found.span, ...(found.response && { response: found.response }) };
}
