import type { ModelDialect } from '../../journal/event.ts';

/** Which part of a list is asked for: Anthropic's API gives pages, OpenAI's the whole. */
export interface ModelPage {
  readonly limit?: number;
  /** The names after this one, or those before it; one that is not in the list stands before its beginning, or behind its end. */
  readonly after?: string;
  readonly before?: string;
}

interface ModelShape {
  list(names: readonly string[], created: number, page: ModelPage): object;
  model(name: string, created: number): object;
}

const SHAPES = {
  openai: {
    list: (names, created) => ({ object: 'list', data: names.map((name) => openaiModel(name, created)) }),
    model: openaiModel,
  },
  anthropic: {
    list(names, created, page) {
      const { shown, hasMore } = cut(names, page);
      return {
        data: shown.map((name) => anthropicModel(name, created)),
        has_more: hasMore,
        first_id: shown[0] ?? null,
        last_id: shown.at(-1) ?? null,
      };
    },
    model: anthropicModel,
  },
} as const satisfies Record<ModelDialect, ModelShape>;

/** The list of models as a family's SDKs read it. `created`: seconds since 1970, 0 where nobody knows. */
export function listModels(
  family: ModelDialect,
  names: readonly string[],
  created: number,
  page: ModelPage = {},
): object {
  return SHAPES[family].list(names, created, page);
}

/** One of them. */
export function describeModel(family: ModelDialect, name: string, created: number): object {
  return SHAPES[family].model(name, created);
}

function openaiModel(id: string, created: number) {
  return { id, object: 'model', created, owned_by: 'signalbox' };
}

/** "May be set to an epoch value if the release date is unknown" (Anthropic's API reference, Models). */
function anthropicModel(id: string, created: number) {
  const created_at = new Date(created * 1000).toISOString();
  return { type: 'model', id, display_name: id, created_at };
}

function cut(names: readonly string[], { limit = names.length, after, before }: ModelPage) {
  if (before !== undefined) {
    const at = names.indexOf(before);
    const end = at === -1 ? names.length : at;
    const start = Math.max(0, end - limit);
    return { shown: names.slice(start, end), hasMore: start > 0 };
  }
  const start = after === undefined ? 0 : names.indexOf(after) + 1;
  return { shown: names.slice(start, start + limit), hasMore: start + limit < names.length };
}
