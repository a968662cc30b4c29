import type { ApiProblem } from '../api/contract.ts';
import type { HostServices } from '../api/services.ts';
import type { ExpressionError } from '../base/expression.ts';
import type { RunId } from '../base/ids.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { QueryTarget } from '../query/fields.ts';
import { compileFilter } from '../query/filter.ts';
import { readSearch } from '../query/search-words.ts';
import { readCursor } from './store/query/cursor.ts';
import { readSearchCursor } from './store/search/search-cursor.ts';
import type { Store } from './store/store.ts';

type Problem = ApiProblem['error'];

/** Failures of a query that are told to who asked, by their codes. */
const TOLD = new Set(['query_too_slow', 'query_cancelled', 'too_many_rows']);

/** Queries over the journal; what is wrong with one is said before its thread is asked. */
export function answerQueries(store: Store): Pick<HostServices, 'query' | 'search' | 'statistics'> {
  const missing = async (runs: readonly RunId[]): Promise<Problem | undefined> => {
    for (const run of runs) {
      if (!(await store.read('findRun', run)))
        return { code: 'run_not_found', message: `There is no run ${run} in this data folder.` };
    }
    return undefined;
  };
  return {
    async query({ run, ...query }, gone) {
      const wanted = run as RunId | undefined;
      const problem =
        wrongExpression(query.target, query.where) ??
        wrongCursor(query.after, readCursor) ??
        (wanted && (await missing([wanted])));
      if (problem) return fail(problem);
      return told(store.query('query', { ...query, ...(wanted && { run: wanted }) }, gone));
    },
    async search({ run, ...search }, gone) {
      const wanted = run as RunId | undefined;
      const words = readSearch(search.words);
      const problem = words.ok
        ? (wrongCursor(search.after, readSearchCursor) ?? (wanted && (await missing([wanted]))))
        : { code: 'invalid_search', message: `This cannot be searched for: ${words.error.message}.` };
      if (problem) return fail(problem);
      return told(store.query('search', { ...search, ...(wanted && { run: wanted }) }, gone));
    },
    async statistics({ runs, ...statistics }, gone) {
      const wanted = runs as readonly RunId[] | undefined;
      const problem = wrongExpression('spans', statistics.where) ?? (wanted && (await missing(wanted)));
      if (problem) return fail(problem);
      return told(store.query('statistics', { ...statistics, ...(wanted && { runs: wanted }) }, gone));
    },
  };
}

function wrongExpression(target: QueryTarget, where: string): Problem | undefined {
  const filter = compileFilter(target, where);
  return filter.ok ? undefined : problemOf(filter.error);
}

function problemOf({ message, range }: ExpressionError): Problem {
  const place = range ? ` at character ${range.start + 1}` : '';
  return {
    code: 'invalid_expression',
    message: `The expression is wrong${place}: ${message}.`.replace(/\?\.$/, '?'),
    ...(range && { range }),
  };
}

function wrongCursor(
  after: string | undefined,
  read: (text: string) => object | undefined,
): Problem | undefined {
  if (after === undefined || read(after)) return undefined;
  return { code: 'invalid_request', message: `after: ${after} is not where a page ended` };
}

async function told<Value>(answer: Promise<Value>): Promise<Result<Value, Problem>> {
  try {
    return ok(await answer);
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string };
    if (code === undefined || !TOLD.has(code)) throw error;
    return fail({ code, message });
  }
}
