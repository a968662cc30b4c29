import type { Instance } from '../../registry/instance.ts';
import type { ModelTable } from './model-table.ts';
import { listedProviderOf } from './price-list.ts';

/** The instance with what the table says fits into it, where it does not say so itself and the provider is one of the table. */
export function withAssumedWindow(instance: Instance, table: ModelTable): Instance {
  const { contextWindow, model } = instance;
  if (contextWindow !== undefined || model === '') return instance;
  const provider = listedProviderOf(instance, model);
  const maxInput = provider === undefined ? undefined : table.find(provider, model)?.maxInput;
  return maxInput === undefined ? instance : { ...instance, assumedContextWindow: maxInput };
}
