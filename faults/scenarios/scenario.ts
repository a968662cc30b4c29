import type { StartedRun } from '../../core/api/contract.ts';
import { request } from '../../core/api/client.ts';
import type { RunningHost } from '../../e2e/support/host.ts';

/** A fault that is no single answer of an upstream, done to a host of its own. */
export interface Scenario {
  readonly name: string;
  /** Its row in the catalogue. */
  readonly row: number;
  /** It takes longer than the others together. */
  readonly long?: true;
  /** What is not as it should be, in words; empty where all is. */
  run(): Promise<readonly string[]>;
}

/** Collects what does not hold. */
export class Checks {
  readonly problems: string[] = [];

  that(holds: boolean, words: string): void {
    if (!holds) this.problems.push(words);
  }
}

export function portOf({ dataPlane }: RunningHost): number {
  return Number(new URL(dataPlane).port);
}

/** A run to make calls in: its path on the data plane. */
export async function startRun(host: RunningHost): Promise<string> {
  const { run } = await request<StartedRun>(host.api, '/api/runs', {
    method: 'POST',
    body: { name: 'fault' },
  });
  return `/r/${run.id}`;
}

/** Milliseconds until it holds; `undefined` where it does not within `withinMs`. */
export async function until(holds: () => boolean, withinMs: number): Promise<number | undefined> {
  const started = performance.now();
  while (!holds()) {
    if (performance.now() - started > withinMs) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - started;
}

/** The configuration of one instance at an address, which is asked as `target`. */
export function oneInstance(endpoint: string, more = ''): string {
  return `[providers.only]\nendpoint = "${endpoint}"\n[instances.only]\nprovider = "only"\nmodel = "raw"\n[pools.target]\ninstances = ["only"]\n${more}`;
}

export const QUESTION = { model: 'target', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
