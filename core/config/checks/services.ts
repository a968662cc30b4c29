import { knowsOperation } from '../../adapters/adapters.ts';
import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';

/** Adapters where there are models, which have dialects instead; and operations that nobody could recognise. */
export function checkServices({ providers }: Config): readonly Finding[] {
  return Object.entries(providers).flatMap(([name, { category, adapter, operations }]) => {
    const key = adapter === undefined ? 'operations' : 'adapter';
    const hasModels = category === 'llm' || category === 'embedding';
    if (hasModels && (adapter !== undefined || operations)) {
      const message = `an "${category}" is read by its dialect; this is for services of other categories`;
      return [{ path: ['providers', name, key], message }];
    }
    return Object.entries(operations ?? {})
      .filter(([operation, { path }]) => path === undefined && !knowsOperation(adapter, operation))
      .map(([operation]) => ({
        path: ['providers', name, 'operations', operation],
        message: 'a path is needed: no adapter of this provider has such an operation',
      }));
  });
}
