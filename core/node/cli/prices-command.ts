import { existsSync } from 'node:fs';
import { dataPaths, prepareDataDir } from '../data-dir.ts';
import { installation } from '../installation.ts';
import { readModelTable } from '../prices/model-table.ts';
import { configuredPriceOf } from '../prices/pricing.ts';
import { quotesOf, type Quote, type QuotedPrice } from '../prices/quote.ts';
import { fetchPriceList, loadPriceList } from '../prices/stored-list.ts';
import { readConfig } from '../read-config.ts';
import { dataDirOf, type HostFlags } from './connect.ts';
import { CommandFailure } from './failure.ts';
import { formatTable, printJson, printLine, tell } from './output.ts';

interface PricesFlags extends HostFlags {
  readonly provider?: string;
  readonly json?: boolean;
}

const COLUMNS = ['input', 'output', 'cachedInput', 'cacheWrite', 'longCacheWrite'] as const;
const HEAD = ['provider', 'model', 'input', 'output', 'cached', 'cache write', '… for 1 h', 'holds', 'by'];

/** `signalbox prices MODEL`: what a million tokens of it cost at each provider, by the list that calls are priced with. */
export function showPricesCommand(model: string, flags: PricesFlags): number {
  const paths = dataPaths(dataDirOf(flags));
  const { list, problem } = loadPriceList(paths.prices);
  if (problem !== undefined) tell(`signalbox: ${problem}`);
  const table = readModelTable(installation.resourcesDir);
  const quotes = quotesOf({ list, table }, model, flags.provider, Date.now());
  const file = flags.config ?? (existsSync(paths.config) ? paths.config : undefined);
  const { prices } = readConfig(installation.resourcesDir, file).config;
  const configured = configuredPriceOf(prices, [model, `${flags.provider ?? ''}/${model}`]);
  if (flags.json) {
    printJson({ model, ...(configured && { configured }), quotes });
  } else {
    if (configured) {
      const { glob, price } = configured;
      printLine(`Your configuration has a price for "${glob}", which wins: ${words(price)}`);
    }
    if (quotes.length > 0) printLine(formatTable([HEAD, ...quotes.flatMap(rowsOf)]));
  }
  if (quotes.length > 0 || configured) return 0;
  if (flags.json) return 1;
  throw new CommandFailure(
    `Nobody on the list has a model "${model}"; what calls to it cost is not known. Give it a price with [prices."${model}"] in the configuration, or fetch the newest list with signalbox prices refresh.`,
  );
}

/** `signalbox prices refresh`: the newest public list, into the data folder. */
export async function refreshPricesCommand(flags: PricesFlags & { readonly from?: string }): Promise<number> {
  const dataDir = dataDirOf(flags);
  prepareDataDir(dataDir);
  const file = dataPaths(dataDir).prices;
  const fetched = await fetchPriceList(file, new Date(), flags.from);
  if (!fetched.ok) {
    throw new CommandFailure(
      `The price list was not refreshed: ${fetched.error}. The one that is there stays in use.`,
    );
  }
  const { providers, models } = fetched.value;
  if (flags.json) printJson({ file, providers, models });
  else printLine(`${models} models of ${providers} providers; a host goes by them from its next start on.`);
  return 0;
}

/** A line for the list, and one for what the other table says differently. */
function rowsOf({ provider, model, price, priceSource, check, contextWindow }: Quote): string[][] {
  const holds = contextWindow === undefined ? '' : contextWindow.toLocaleString('en');
  const own = [
    provider,
    model,
    ...COLUMNS.map((name) => rateOf(price?.[name])),
    holds,
    priceSource ?? 'no price',
  ];
  if (!check || (price && check.differs.length === 0)) return [own];
  const wanted = price ? check.differs : COLUMNS;
  const other = COLUMNS.map((name) => (wanted.includes(name) ? rateOf(check.price[name]) : ''));
  return [own, ['', price ? '  but' : '  not used:', ...other, '', check.source]];
}

function rateOf(rate: QuotedPrice['input']): string {
  if (rate === undefined) return '';
  if (typeof rate === 'number') return `${rate}`;
  return [
    `${rate.base}`,
    ...rate.tiers.map(({ start, price }) => `${price} above ${start.toLocaleString('en')}`),
  ].join(', ');
}

function words(price: QuotedPrice): string {
  return COLUMNS.flatMap((name) =>
    price[name] === undefined ? [] : [`${name} ${rateOf(price[name])}`],
  ).join(', ');
}
