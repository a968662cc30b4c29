import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { ApiFailure } from '../api/app.ts';
import type { EndRun, HostInfo, Moment, RecordedBody } from '../api/contract.ts';
import type { HostServices } from '../api/services.ts';
import type { RunId } from '../base/ids.ts';
import type { BodyRef, EventData } from '../journal/event.ts';
import { bodiesOfSpan, type RunSummary } from '../journal/run-state.ts';
import type { Redactor } from '../access/redaction.ts';
import type { Config } from '../config/schema.ts';
import type { Optimisation } from './optimisation.ts';
import { answerQueries } from './answer-queries.ts';
import { manageInstances } from './manage-instances.ts';
import { systemClock } from './system-clock.ts';
import { agentEnvironment } from './environment.ts';
import { exportRun } from './export-run.ts';
import type { Imports } from './import/imports.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { HostUsage } from './host-usage.ts';
import type { HostScheduling } from './host-scheduling.ts';
import type { ModelTable } from './prices/model-table.ts';
import type { LiveFeed } from './live-feed.ts';
import type { SampleLauncher, SampleProcess } from './process/sample-launcher.ts';
import type { Retention } from './retention.ts';
import type { OpenRun, Runs } from './runs.ts';
import { manageSecrets } from './secrets/manage-secrets.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import type { Store } from './store/store.ts';

export interface HostParts {
  readonly runs: Runs;
  readonly store: Store;
  readonly retention: Retention;
  readonly live: LiveFeed;
  readonly scheduling: HostScheduling;
  readonly optimisation: Optimisation;
  readonly redactor: Redactor;
  readonly models: ModelTable;
  readonly secrets: SecretStore;
  readonly config: Config;
  readonly gateway: Gateway;
  readonly imports: Imports;
  readonly clientToken: string;
  readonly resourcesDir: string;
  readonly launchSample: SampleLauncher;
  readonly info: () => HostInfo;
  readonly usage: HostUsage;
}

/** How long the end of a run waits for calls whose connections are just closing. */
const LAST_CALLS_MS = 2_000;
const SAMPLE_NAME = 'researcher (sample)';

/** What the control API can ask of this host. */
export function createHostServices(parts: HostParts): {
  readonly services: HostServices;
  stopSamples(): void;
} {
  const { runs, store, live, clientToken } = parts;
  const samples = new Set<SampleProcess>();

  async function committedRow(run: OpenRun): Promise<RunSummary> {
    await store.flush();
    const row = await store.read('findRun', run.recorder.runId);
    if (row) return row;
    const { recording } = parts.info();
    const reason = recording.state === 'stopped' ? recording.reason : 'the journal does not hold it';
    throw new ApiFailure('recording_stopped', `The run could not be recorded: ${reason}.`);
  }

  async function endRun(id: RunId, data: EventData['run-ended']): Promise<boolean> {
    const run = runs.find(id);
    const deadline = performance.now() + LAST_CALLS_MS;
    while (run && run.openCalls > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    if (!runs.end(id, data)) return false;
    await store.flush();
    return true;
  }

  async function seqOf(run: RunId, moment: Moment): Promise<number> {
    if ('seq' in moment) return moment.seq;
    if ('at' in moment) return store.read('seqAt', { run, at: moment.at });
    return store.read('seqAfter', { run, seq: moment.after });
  }

  const services: HostServices = {
    info: parts.info,
    setBreaker(name, state) {
      const live = parts.scheduling.live.get(name);
      if (!live) return false;
      const now = systemClock.now();
      const change = state === 'isolated' ? live.guard.isolate(now) : live.guard.restore(now);
      if (change) runs.host.append('breaker-changed', { scope: 'instance', name, ...change });
      parts.scheduling.scheduler.wake();
      return true;
    },
    ...manageInstances(parts.scheduling, {
      clock: systemClock,
      environment: process.env,
      models: parts.models,
      learnKey: (key) => parts.redactor.learn(key),
    }),
    ...answerQueries(store),
    ...manageSecrets(parts.secrets, parts.config, (key) => parts.redactor.learn(key)),
    decideProposal: (id, action) => parts.optimisation.decide(id, action),
    usage: () => parts.usage.samples,
    listRuns: (page) => store.read('listRuns', page),
    findRun: (id) => store.read('findRun', id),
    async startRun({ name, source = 'launched', command, cwd, passThrough = {} }) {
      const { openai, anthropic } = passThrough;
      const run = runs.start(
        { name, source, ...(command && { command }), ...(cwd !== undefined && { cwd }) },
        { ...(openai !== undefined && { openai }), ...(anthropic !== undefined && { anthropic }) },
      );
      const environment = agentEnvironment(parts.gateway.origin, run.recorder.runId, {
        ...(openai === undefined && { openai: clientToken }),
        ...(anthropic === undefined && { anthropic: clientToken }),
      });
      return { run: await committedRow(run), environment };
    },
    writeLogs(id, lines) {
      const run = runs.find(id);
      for (const line of lines) run?.recorder.append('log-written', line);
      return run !== undefined;
    },
    endRun: (id, end) => endRun(id, { status: succeeded(end) ? 'completed' : 'failed', ...defined(end) }),
    async deleteRun(id) {
      const result = runs.find(id) ? 'still-running' : await store.deleteRun(id);
      if (result === 'deleted') live.deleted(id);
      return result;
    },
    async setPinned(id, pinned) {
      const known = await store.setPinned(id, pinned);
      const run = known ? await store.read('findRun', id) : undefined;
      if (run) live.changed(run);
      return known;
    },
    collect: (dryRun) => parts.retention.collect(dryRun),
    listSpans: (id) => store.read('listSpans', id),
    findSpans: (run, spans, seq) =>
      store.read('findSpans', { run, spans, ...(seq !== undefined && { seq }) }),
    async stateAt(run, moment) {
      const state = await store.read('stateAt', { run, seq: await seqOf(run, moment) });
      return state && { run: state.run, spans: state.spans };
    },
    async findSpan(run, span, seq) {
      const found = await store.read('findSpan', { run, span, ...(seq !== undefined && { seq }) });
      if (!found) return undefined;
      const { request: requestRef, response: responseRef } = bodiesOfSpan(found.span);
      return {
        span: found.span,
        related: found.related,
        events: found.events,
        ...(found.request && requestRef && { request: asText(requestRef, found.request) }),
        ...(found.response && responseRef && { response: asText(responseRef, found.response) }),
      };
    },
    importFile: (request, signal) => parts.imports.run(request, signal),
    exportRun: (id, format) => exportRun(store, id, format, parts.info().version),
    followRun: live.followRun,
    followColumns: live.followColumns,
    followRuns: live.followRuns,
    async startSample() {
      const script = join(parts.resourcesDir, 'samples', 'agents', 'researcher.mjs');
      const run = runs.start({ name: SAMPLE_NAME, source: 'sample', command: ['node', 'researcher.mjs'] });
      const id = run.recorder.runId;
      const environment = agentEnvironment(parts.gateway.origin, id, { openai: clientToken });
      const sample = parts.launchSample(script, environment);
      samples.add(sample);
      sample.onLine((stream, text) => run.recorder.append('log-written', { stream, text }));
      void sample.exited.then((end) => {
        samples.delete(sample);
        return endRun(id, { status: succeeded(end) ? 'completed' : 'failed', ...end });
      });
      return committedRow(run);
    },
  };
  return {
    services,
    stopSamples() {
      for (const sample of samples) sample.kill();
    },
  };
}

function succeeded(end: EndRun): boolean {
  return end.exitCode === 0 && end.signal === undefined && end.reason === undefined;
}

/** The members that are there, for types that tell absent from undefined. */
function defined(end: EndRun): Omit<EventData['run-ended'], 'status'> {
  return {
    ...(end.exitCode !== undefined && { exitCode: end.exitCode }),
    ...(end.signal !== undefined && { signal: end.signal }),
    ...(end.reason !== undefined && { reason: end.reason }),
  };
}

function asText(ref: BodyRef, body: Uint8Array): RecordedBody {
  const readable = isUtf8(body);
  return {
    bytes: ref.bytes,
    text: Buffer.from(body).toString(readable ? 'utf8' : 'base64'),
    encoding: readable ? 'utf-8' : 'base64',
    truncated: ref.truncated ?? false,
  };
}
