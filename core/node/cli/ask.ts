import { ApiError, request, type ApiFetch } from '../../api/client.ts';
import { CommandFailure } from './failure.ts';

/** Asks the API with a body; what is wrong with an expression is shown under it. */
export async function ask<Answer>(
  api: ApiFetch,
  path: string,
  body: object,
  expression: string,
): Promise<Answer> {
  try {
    return await request<Answer>(api, path, { method: 'POST', body });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
    throw new CommandFailure(error.message + drawing(expression, error.range), 2);
  }
}

function drawing(expression: string, range: ApiError['range']): string {
  if (!range || expression.includes('\n')) return '';
  const marks = '^'.repeat(Math.max(range.end - range.start, 1));
  return `\n  ${expression}\n  ${' '.repeat(range.start)}${marks}`;
}
