import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEvent } from '../journal/event.ts';
import { createApi, type Api } from '../api/app.ts';
import type { HostInfo } from '../api/contract.ts';
import type { HostServices } from '../api/services.ts';
import { FailedCalls } from '../scheduling/failed-calls.ts';
import { createRedactor, redactingSink } from '../access/redaction.ts';
import { clientToken, dataPaths, lockDataDir, prepareDataDir } from './data-dir.ts';
import { FileSecretStore } from './secrets/file-secret-store.ts';
import { readProviderKeys } from './secrets/provider-keys.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import { readSecretRules } from './secret-rules.ts';
import { resolveInstances, serviceAdapters } from './resolve-instances.ts';
import { startOtlpListener } from './gateway/otlp-listener.ts';
import { startGateway } from './gateway/gateway.ts';
import { hostIds } from './host-ids.ts';
import { Imports } from './import/imports.ts';
import { startForwarder } from './forward/start-forwarder.ts';
import { describeScheduling } from './describe-scheduling.ts';
import { findDeferred } from './find-deferred.ts';
import { startScheduling } from './host-scheduling.ts';
import { createHostServices } from './host-services.ts';
import { HostUsage } from './host-usage.ts';
import { createLiveFeed } from './live-feed.ts';
import type { SampleLauncher } from './process/sample-launcher.ts';
import { observedSink } from './observed-sink.ts';
import { Optimisation } from './optimisation.ts';
import { createMcpRelay } from './mcp/relay.ts';
import { readConfig } from './read-config.ts';
import { Retention } from './retention.ts';
import { Runs } from './runs.ts';
import { StartFailure } from './start-failure.ts';
import { StoreFailure } from './store/store-failure.ts';
import { openStore, type Recording, type Store } from './store/store.ts';
import { createExportReader } from './telemetry/export-reader.ts';
import { systemClock, systemTimers } from './system-clock.ts';
import { connectionSettings } from './upstream/connection-settings.ts';
import { createHttpUpstream } from './upstream/http-upstream.ts';
import { withAssumedWindow } from './prices/assume-window.ts';
import { readModelTable } from './prices/model-table.ts';
import { createPricing } from './prices/pricing.ts';
import { loadPriceList } from './prices/stored-list.ts';
import { startSimulatedProvider } from './upstream/simulated-provider.ts';
import { optionsOf, wayTo } from './upstream/way.ts';

export interface HostOptions {
  readonly dataDir: string;
  /** Else `signalbox.toml` in the data folder where there is one, else the built-in defaults. */
  readonly configFile?: string;
  /** Of the data plane; else the configuration's. 0 takes any free one. */
  readonly port?: number;
  readonly version: string;
  /** The folder that holds `samples/` and `signalbox.default.toml`. */
  readonly resourcesDir: string;
  /** The module that runs in the journal's worker threads. */
  readonly storeWorker: URL;
  /** The module that runs in the thread that reads large OTLP exports. */
  readonly telemetryWorker: URL;
  /** The module that runs in the thread of an import. */
  readonly importWorker: URL;
  readonly launchSample: SampleLauncher;
  /** Where stored keys are; else in a file of the data folder. */
  readonly secrets?: SecretStore;
}

export interface Host {
  readonly services: HostServices;
  readonly api: Api;
  /** `http://127.0.0.1:4600` */
  readonly dataPlane: string;
  /** Resolves when no run that somebody launched is open. */
  whenIdle(): Promise<void>;
  /** Ends open calls and runs, commits what is left, and lets the data folder go. */
  close(): Promise<void>;
}

const IDLE_POLL_MS = 50;
/** Half an hour of samples. */
const [USAGE_EVERY_MS, USAGE_KEPT] = [5_000, 360];

/** Puts everything together and listens. Throws `StartFailure`, with nothing left behind. */
export async function startHost(options: HostOptions): Promise<Host> {
  const undo: (() => unknown)[] = [];
  try {
    return await compose(options, undo);
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error instanceof StoreFailure ? new StartFailure(error.code, error.message) : error;
  }
}

async function compose(options: HostOptions, undo: (() => unknown)[]): Promise<Host> {
  const { dataDir, version } = options;
  prepareDataDir(dataDir);
  const paths = dataPaths(dataDir);
  const userConfig = options.configFile ?? (existsSync(paths.config) ? paths.config : undefined);
  const { config, hash: configHash } = readConfig(options.resourcesDir, userConfig);

  undo.push(lockDataDir(dataDir));
  const store: Store = await openStore({
    worker: options.storeWorker,
    file: paths.journal,
    durability: config.journal.durability,
  });
  undo.push(() => store.close());

  const redactor = createRedactor({
    ...(config.redaction.enabled && { rules: readSecretRules(options.resourcesDir).rules }),
    allow: config.redaction.allow.map((source) => new RegExp(source)),
  });
  const observers = new Set<(event: JournalEvent) => void>();
  const runs = new Runs(
    { clock: systemClock, ids: hostIds, sink: observedSink(redactingSink(store, redactor), observers) },
    { hostVersion: version, configHash },
  );
  const connections = connectionSettings(config, dirname(userConfig ?? paths.config), process.env);
  const upstream = createHttpUpstream(connections);
  undo.push(() => upstream.close());
  const simulated = await startSimulatedProvider(config.simulated);
  undo.push(() => simulated.close());
  const models = readModelTable(options.resourcesDir);
  const secrets = options.secrets ?? new FileSecretStore(paths.secrets);
  const keys = await readProviderKeys(config, secrets);
  const instances = resolveInstances(config, simulated.endpoint, process.env, keys).map((instance) =>
    withAssumedWindow(instance, models),
  );
  for (const { apiKey } of instances) if (apiKey !== undefined) redactor.learn(apiKey);

  const scheduling = startScheduling(
    {
      clock: systemClock,
      timers: systemTimers,
      random: Math.random,
      ids: hostIds,
      recorder: runs.host,
      wayTo: (origin, provider) => wayTo(origin, optionsOf(connections, provider), connections),
    },
    config,
    instances,
  );
  undo.push(() => scheduling.stop());
  const optimisation = new Optimisation(
    { clock: systemClock, timers: systemTimers, scheduling, recorder: runs.host },
    config,
  );
  observers.add((event) => optimisation.note(event));
  undo.push(() => optimisation.stop());
  const token = clientToken(dataDir);
  const mcp = createMcpRelay({
    servers: config.mcp,
    clock: systemClock,
    timers: systemTimers,
    random: Math.random,
    ids: hostIds,
    runs,
    redactor,
    clientToken: token,
    environment: process.env,
  });
  undo.push(() => mcp.close());
  const port = options.port ?? config.dataPlane.port;
  const exports = createExportReader(options.telemetryWorker);
  undo.push(() => exports.close());
  const telemetry = {
    runs,
    exports,
    flush: () => store.flush(),
    recordingStopped: () => store.recording.stopped,
  };
  const adapters = serviceAdapters(config);
  const gateway = await startGateway({
    ...telemetry,
    port,
    version,
    ids: hostIds,
    upstream,
    failedCalls: new FailedCalls(systemClock),
    price: createPricing({
      clock: systemClock,
      list: loadPriceList(paths.prices).list,
      overrides: config.prices,
    }),
    adapterOf: ({ provider }) => adapters.get(provider),
    redactor,
    table: scheduling.table,
    clock: systemClock,
    scheduler: scheduling.scheduler,
    ...(config.journal.durability === 'strict' && {
      async commit() {
        await store.flush();
        return store.recording.stopped;
      },
    }),
    mcp,
    clientToken: token,
    configFile: userConfig ?? paths.config,
    findDeferred: (run, call) => findDeferred(store, run, call),
  });

  // A host on any free port is one of several; where everybody looks for telemetry there is room for one.
  const { otlpPort } = config.dataPlane;
  const otlp = port === 0 || otlpPort === 0 ? undefined : await startOtlpListener(telemetry, otlpPort);

  const forwarder = startForwarder(store, config.forward);
  undo.push(() => forwarder?.close());
  const imports = new Imports({
    worker: options.importWorker,
    store,
    redaction: config.redaction,
    resourcesDir: options.resourcesDir,
    hostVersion: version,
    configHash,
  });
  undo.push(() => imports.close());
  const live = createLiveFeed(store);
  const { maxAgeDays, maxBytes, maxRuns } = config.journal;
  const retention = new Retention({
    clock: systemClock,
    timers: systemTimers,
    store,
    rules: { maxAgeDays, maxBytes, maxRuns },
    deleted: (run) => live.deleted(run),
  });
  undo.push(() => retention.close());
  const usage = new HostUsage({ now: systemClock.wallTime, everyMs: USAGE_EVERY_MS, most: USAGE_KEPT });
  undo.push(() => usage.close());
  const { services, stopSamples } = createHostServices({
    usage,
    imports,
    runs,
    store,
    retention,
    live,
    scheduling,
    optimisation,
    redactor,
    models,
    secrets,
    config,
    gateway,
    clientToken: token,
    resourcesDir: options.resourcesDir,
    launchSample: options.launchSample,
    info: () => ({
      version,
      dataDir,
      ...(userConfig !== undefined && { configFile: userConfig }),
      dataPlane: gateway.origin,
      ...(otlp && { otlp: otlp.origin }),
      clientToken: token,
      ...(forwarder && { forward: forwarder.view() }),
      recording: describeRecording(store.recording),
      hostRun: runs.host.runId,
      mcp: mcp.describe(),
      ...describeScheduling(scheduling, systemClock.now()),
      connections: upstream.connections(),
      proposals: optimisation.list(),
      misdirected: gateway.misdirected,
    }),
  });

  return {
    services,
    api: createApi(services),
    dataPlane: gateway.origin,
    async whenIdle() {
      while (runs.launchedAreOpen) await sleep(IDLE_POLL_MS);
    },
    async close() {
      stopSamples();
      await Promise.all([gateway.close(), otlp?.close()]);
      runs.endAll();
      for (const step of undo.toReversed()) await step();
    },
  };
}

function describeRecording({ stopped, quarantined }: Recording): HostInfo['recording'] {
  const moved = quarantined !== undefined && { quarantined };
  return stopped === undefined ? { state: 'on', ...moved } : { state: 'stopped', reason: stopped, ...moved };
}
