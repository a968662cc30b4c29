import { findOperation } from '../../dialects/operations.ts';
import { describeModel, listModels, type ModelPage } from '../../dialects/models/list-models.ts';
import type { ModelDialect } from '../../journal/event.ts';
import type { RoutingTable } from '../../routing/routing-table.ts';

/** What is configured here was made at no known time. */
const CREATED = 0;

/**
 * What a client is told of the models that it may name: all of them, or the one that the path names. Nothing for any
 * other request, and where nothing here has that name.
 */
export function describeModels(
  table: RoutingTable,
  family: ModelDialect,
  method: string,
  path: string,
  query: string,
): object | undefined {
  const { operation, model } = findOperation(family, method, path) ?? {};
  if (operation?.name === 'models') return listModels(family, table.names, CREATED, readPage(query));
  if (operation?.name !== 'models.retrieve' || model === undefined) return undefined;
  return table.isModel(model) ? describeModel(family, model, CREATED) : undefined;
}

/** A limit that is none counts as not given. */
function readPage(query: string): ModelPage {
  const asked = new URLSearchParams(query);
  const limit = Number(asked.get('limit') ?? Number.NaN);
  const [after, before] = [asked.get('after_id'), asked.get('before_id')];
  return {
    ...(Number.isInteger(limit) && limit > 0 && { limit }),
    ...(after !== null && { after }),
    ...(before !== null && { before }),
  };
}
