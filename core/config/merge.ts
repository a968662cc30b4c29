import { isTable, type Table } from './table.ts';

/** Tables of named things: one that is named again replaces the other whole, so that nothing of it is left behind. */
const NAMED = new Set([
  'providers',
  'instances',
  'pools',
  'groups',
  'mcp',
  'probes',
  'categories',
  'prices',
  'simulated.models',
]);

/** Scripts are tried in order, so the newer ones go before. Every other array replaces. */
const PREPENDED = new Set(['simulated.scripts']);

/** One configuration over another: settings key by key, named things name by name. */
export function mergeTables(below: Table, over: Table, path = ''): Table {
  const merged: [string, unknown][] = Object.entries(over).map(([key, value]) => {
    const before = Object.hasOwn(below, key) ? below[key] : undefined;
    const here = path === '' ? key : `${path}.${key}`;
    if (PREPENDED.has(here) && Array.isArray(value) && Array.isArray(before)) {
      return [key, [...value, ...before]];
    }
    if (!isTable(before) || !isTable(value)) return [key, value];
    return [key, NAMED.has(here) ? { ...before, ...value } : mergeTables(before, value, here)];
  });
  return { ...below, ...Object.fromEntries(merged) };
}
