import type { ForwardOptions } from '../../config/schema/forward.ts';
import { exportTrace } from '../export-run.ts';
import { StartFailure } from '../start-failure.ts';
import type { Store } from '../store/store.ts';
import { OtlpForwarder } from './otlp-forwarder.ts';

/** Sends what ends from now on to the collector that is configured; nothing where none is. Throws `StartFailure`. */
export function startForwarder(
  store: Store,
  { endpoint, headers }: ForwardOptions,
): OtlpForwarder | undefined {
  if (endpoint === undefined) return undefined;
  const forwarder = new OtlpForwarder({
    endpoint,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, fromEnvironment(name, value)]),
    ),
    exportsOf: (run) => exportTrace(store, run, 'otlp-json'),
    random: Math.random,
  });
  store.onCommitted((runs) => forwarder.offer(runs));
  return forwarder;
}

function fromEnvironment(header: string, value: string): string {
  if (!value.startsWith('env:')) return value;
  const variable = value.slice('env:'.length);
  const found = process.env[variable];
  if (found) return found;
  throw new StartFailure(
    'key_missing',
    `The header ${header} of [forward] is taken from the environment variable ${variable}, which is not set. Set it, or take the header out of the configuration.`,
  );
}
