import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { installPeers } from '../../bench/support/peers.ts';
import { ask, type View } from './ask.ts';
import type { Trial } from './fault.ts';
import { findClosedPort, type Upstreams } from './upstreams.ts';
import { PATIENCE_MS, type Subject } from './subject.ts';

/** Its own timeout, which covers the headers: as long as ours for the whole answer. */
const REQUEST_TIMEOUT_MS = 2_000;

/** Portkey's gateway with a fallback from the faulty server to the healthy one, as its documentation sets one up. */
export async function startPortkey(upstreams: Upstreams, progress: (line: string) => void): Promise<Subject> {
  const script = installPeers(progress).resolve('@portkey-ai/gateway/build/start-server.js');
  const port = await findClosedPort();
  const origin = `http://127.0.0.1:${port}`;
  const start = async () => {
    const started = spawn(process.execPath, [script, '--headless', `--port=${port}`], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'ignore',
    });
    await answering(origin);
    return started;
  };
  let child = await start();
  /** Some faults end its process: the next call is for a new one. */
  let revival: Promise<void> | undefined;
  const revive = (): Promise<void> | undefined => {
    if (child.exitCode === null) return undefined;
    revival ??= start().then((started) => {
      child = started;
      revival = undefined;
    });
    return revival;
  };
  const put = async (trial: Trial, servers: readonly string[]): Promise<View> => {
    await revive();
    const { client, upstream } = trial.lane;
    const targets = servers.map((server) => ({
      provider: upstream.family ?? 'openai',
      api_key: 'none',
      custom_host: server,
      request_timeout: REQUEST_TIMEOUT_MS,
    }));
    const config = { strategy: { mode: 'fallback' }, targets };
    return ask({
      url: `${origin}/v1${client.path}`,
      headers: { 'x-portkey-config': JSON.stringify(config), authorization: 'Bearer none' },
      body: JSON.stringify(client.request('raw', trial.streaming)),
      patienceMs: PATIENCE_MS / 2,
    });
  };
  return {
    name: 'portkey',
    put(one, mode) {
      const use = `portkey-${mode}`;
      const faulty = upstreams.faulty(one, use);
      return put(one.trial, mode === 'pair' ? [faulty, upstreams.healthy(one.trial, use)] : [faulty]);
    },
    baseline: (trial) => put(trial, [upstreams.healthy(trial, 'portkey')]),
    async close() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function answering(origin: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(origin).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error(`nothing answers at ${origin}`);
}
