import { chroma } from './chroma.ts';
import { readUpstreamError } from '../dialects/errors/upstream-error.ts';
import { defineMapping, type MeasureSources, type ServiceAdapter } from './service-adapter.ts';
import { unstructured } from './unstructured.ts';

export const ADAPTER_NAMES = ['chroma', 'unstructured'] as const;
export type AdapterName = (typeof ADAPTER_NAMES)[number];

const ADAPTERS = { chroma, unstructured } as const satisfies Record<AdapterName, ServiceAdapter>;

/** An operation as it is configured: one of its own, or what is different in one of the adapter's. */
export interface ConfiguredOperation {
  readonly method?: string;
  readonly path?: string;
  readonly request?: MeasureSources;
  readonly answer?: MeasureSources;
}

/** The adapter of that name with these operations over its own; nothing where there is nothing to read by. */
export function adapterFor(
  name: AdapterName | undefined,
  operations: Readonly<Record<string, ConfiguredOperation>>,
): ServiceAdapter | undefined {
  const base: ServiceAdapter | undefined = name && ADAPTERS[name];
  const configured = Object.entries(operations);
  if (configured.length === 0) return base;
  const own = configured.map(([operation, { method, path, request, answer }]) => {
    const known = base?.operations.find((one) => one.name === operation);
    const mapping = defineMapping({
      name: operation,
      method: method ?? known?.method ?? 'POST',
      path: path ?? known?.path.source ?? '/',
      ...(request && { request }),
      ...(answer && { answer }),
    });
    return {
      ...mapping,
      ...(!request && known && { request: known.request }),
      ...(!answer && known && { answer: known.answer }),
    };
  });
  const replaced = new Set(own.map(({ name }) => name));
  const kept = (base?.operations ?? []).filter(({ name }) => !replaced.has(name));
  return {
    name: 'configured',
    readError: readUpstreamError,
    ...base,
    operations: [...own, ...kept],
  };
}

/** Whether an adapter knows an operation already, so that a configured one need not say everything. */
export function knowsOperation(name: AdapterName | undefined, operation: string): boolean {
  return name !== undefined && ADAPTERS[name].operations.some((one) => one.name === operation);
}
