import type { CallTable } from '../workers/messages.ts';
import { startWorker, type WorkerClient } from '../workers/worker-client.ts';
import type { WorkerData } from './messages.ts';
import { StoreFailure } from './store-failure.ts';

/** A thread of the journal that has its database. Throws `StoreFailure` where it cannot have it. */
export function startStoreWorker<Calls extends CallTable<Calls>>(
  module: URL,
  data: WorkerData,
): Promise<WorkerClient<Calls>> {
  return startWorker<Calls, StoreFailure['code']>(module, {
    name: `store-${data.role}`,
    data,
    failure: (code, message) => new StoreFailure(code, message),
  });
}
