import type { ForwardOptions } from '../../config/schema/forward.ts';
import { exportRun } from '../export-run.ts';
import type { Store } from '../store/store.ts';
import { OtlpForwarder } from './otlp-forwarder.ts';

/** Sends what ends from now on to the collector that is configured; nothing where none is. */
export function startForwarder(
  store: Store,
  { endpoint, headers }: ForwardOptions,
  version: string,
): OtlpForwarder | undefined {
  if (endpoint === undefined) return undefined;
  const forwarder = new OtlpForwarder({
    endpoint,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, fromEnvironment(value)]),
    ),
    exportsOf: (run) =>
      exportRun(store, run, 'otlp-json', version) as Promise<AsyncIterable<string> | undefined>,
    random: Math.random,
  });
  store.onCommitted((runs) => forwarder.offer(runs));
  return forwarder;
}

function fromEnvironment(value: string): string {
  return value.startsWith('env:') ? (process.env[value.slice(4)] ?? '') : value;
}
