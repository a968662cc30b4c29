import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { calcPrice, REMOTE_DATA_JSON_URL, updatePrices, type Provider } from '@pydantic/genai-prices';
import { z } from 'zod';
import { fail, ok, type Result } from '../../base/result.ts';
import { PriceList } from './price-list.ts';

/** The version of the package that brings the list along. */
export const BUNDLED_LIST = 'genai-prices 0.1.8';

const FETCH_MS = 20_000;
/** The list is a third of this now. */
const LARGEST_LIST = 16 * 1024 * 1024;

const storedSchema = z.object({
  /** ISO 8601. */
  fetchedAt: z.iso.datetime(),
  source: z.string(),
  /** Of `providers`, as text. */
  sha256: z.string(),
  providers: z.string(),
});

/** The list that a host or a command goes by: the one that was fetched where it is there and whole, else the package's. */
export function loadPriceList(file: string): { readonly list: PriceList; readonly problem?: string } {
  if (!existsSync(file)) return { list: new PriceList(BUNDLED_LIST) };
  const stored = readStored(file);
  const used = stored.ok ? activate(stored.value.providers) : stored;
  if (!stored.ok || !used.ok) {
    const problem = `${file} cannot be used (${used.ok ? '' : used.error}); fetch the list again with signalbox prices refresh`;
    return { list: new PriceList(BUNDLED_LIST), problem };
  }
  const { fetchedAt, sha256 } = stored.value;
  return { list: new PriceList(`genai-prices of ${fetchedAt.slice(0, 10)} (${sha256.slice(0, 8)})`) };
}

/** Fetches the newest public list into `file`. A failure says what went wrong; the file is then as it was. */
export async function fetchPriceList(
  file: string,
  now: Date,
  source = REMOTE_DATA_JSON_URL,
): Promise<Result<{ readonly providers: number; readonly models: number }, string>> {
  const text = await fetchText(source);
  if (!text.ok) return text;
  const providers = activate(text.value);
  if (!providers.ok) return fail(`what ${source} answered is no price list: ${providers.error}`);
  const sha256 = hashOf(text.value);
  const stored = { fetchedAt: now.toISOString(), source, sha256, providers: text.value };
  writeFileSync(`${file}.new`, JSON.stringify(stored));
  renameSync(`${file}.new`, file);
  const models = providers.value.reduce((sum, provider) => sum + provider.models.length, 0);
  return ok({ providers: providers.value.length, models });
}

function readStored(file: string): Result<z.output<typeof storedSchema>, string> {
  try {
    const stored = storedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return hashOf(stored.providers) === stored.sha256 ? ok(stored) : fail('its content was changed');
  } catch (error) {
    return fail(messageOf(error));
  }
}

/** Makes it the list that the package goes by, if it is one. */
function activate(text: string): Result<readonly Provider[], string> {
  try {
    const providers = JSON.parse(text) as Provider[];
    const provider = providers.find(({ id }) => id === 'openai');
    // A model that everybody knows: without it, it is something else.
    const known = provider && calcPrice({ input_tokens: 1_000_000 }, 'gpt-4o', { provider });
    if (!known || known.total_price <= 0) return fail('it has no price for gpt-4o');
    updatePrices(({ setProviderData }) => setProviderData(providers));
    return ok(providers);
  } catch (error) {
    return fail(messageOf(error));
  }
}

async function fetchText(source: string): Promise<Result<string, string>> {
  try {
    const response = await fetch(source, { signal: AbortSignal.timeout(FETCH_MS), redirect: 'error' });
    if (!response.ok) return fail(`${source} answered ${response.status}`);
    const text = await response.text();
    return text.length > LARGEST_LIST ? fail(`what ${source} answered is too large`) : ok(text);
  } catch (error) {
    return fail(`${source} cannot be reached (${messageOf(error)})`);
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
