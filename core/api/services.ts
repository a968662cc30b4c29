import type { RunId, SpanId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import type { WriterName } from '../formats/names.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { RunSummary, Span } from '../journal/run-state.ts';
import type {
  ApiProblem,
  BundleFormat,
  Collected,
  DecideProposal,
  Discover,
  Discovered,
  EndRun,
  FeedLine,
  HostInfo,
  ImportLine,
  ImportRequest,
  InstanceInfo,
  LogLines,
  Query,
  QueryPage,
  RegisterInstance,
  SearchFor,
  SearchPage,
  SetBreaker,
  SpanDetail,
  StartRun,
  StartedRun,
  StatisticsAnswer,
  StatisticsOf,
  StoreSecret,
  StoredSecretInfo,
  UpdateInstance,
  UsageSample,
} from './contract.ts';

/** What a host must offer for the control API to stand on it; implemented by the composition root. */
export interface HostServices {
  info(): HostInfo;
  /** Isolates an instance, or restores an isolated one; false where there is no such instance. */
  setBreaker(instance: string, state: SetBreaker['state']): boolean;
  /** Adds an instance until the host ends; the problem where that cannot be. */
  registerInstance(instance: RegisterInstance): Result<InstanceInfo, ApiProblem['error']>;
  updateInstance(name: string, patch: UpdateInstance): Result<InstanceInfo, ApiProblem['error']>;
  deregisterInstance(name: string): Result<undefined, ApiProblem['error']>;
  discover(wanted: Discover): Discovered;
  /** False where there is no such proposal, or it is not in a state for that. */
  decideProposal(id: string, action: DecideProposal['action']): boolean;
  /** The stored keys of providers, by their names; never a value. */
  listSecrets(): readonly StoredSecretInfo[];
  /** The host takes it from its next start on. */
  setSecret(secret: StoreSecret): Promise<Result<undefined, ApiProblem['error']>>;
  /** False where there is none of that name. */
  removeSecret(name: string): boolean;
  /** What the host takes of its machine, oldest first. */
  usage(): readonly UsageSample[];
  /** Newest first; that of the host itself is not among them. */
  listRuns(options: { readonly limit: number; readonly before?: RunId }): Promise<readonly RunSummary[]>;
  findRun(id: RunId): Promise<RunSummary | undefined>;
  startRun(run: StartRun): Promise<StartedRun>;
  /** False where the run has ended. */
  writeLogs(id: RunId, lines: LogLines['lines']): boolean;
  /** Resolves when the end is committed; false where the run had ended before. */
  endRun(id: RunId, end: EndRun): Promise<boolean>;
  deleteRun(id: RunId): Promise<'deleted' | 'still-running' | 'not-found'>;
  /** A pinned run is not deleted by retention. False where there is no such run. */
  setPinned(id: RunId, pinned: boolean): Promise<boolean>;
  /** Deletes what the rules of `[journal]` let go, and makes the journal smaller; `dryRun` only says what would go. */
  collect(dryRun: boolean): Promise<Collected>;
  /** Ended where it takes too long, or `gone` says that nobody waits for the answer; like the two below. */
  query(query: Query, gone: AbortSignal): Promise<Result<QueryPage, ApiProblem['error']>>;
  search(search: SearchFor, gone: AbortSignal): Promise<Result<SearchPage, ApiProblem['error']>>;
  statistics(
    statistics: StatisticsOf,
    gone: AbortSignal,
  ): Promise<Result<StatisticsAnswer, ApiProblem['error']>>;
  listSpans(id: RunId): Promise<readonly Span[]>;
  findSpan(id: RunId, span: SpanId): Promise<SpanDetail | undefined>;
  /** Committed events from `from` on: those on disk first, then live ones until the run ends or `signal` aborts. */
  followRun(id: RunId, from: number, signal: AbortSignal): AsyncIterable<readonly JournalEvent[]>;
  /** The rows of runs as they change, from now on. */
  followRuns(signal: AbortSignal): AsyncIterable<FeedLine>;
  /** Reads a file of another tool; how far it is, and what came of it. Ended early, nothing is there of it. */
  importFile(request: ImportRequest, signal: AbortSignal): AsyncIterable<ImportLine>;
  /** A run as other tools read it, piece by piece; nothing where there is no such run. */
  exportRun(
    id: RunId,
    format: WriterName | BundleFormat,
  ): Promise<AsyncIterable<string | Uint8Array> | undefined>;
  /** Launches the sample agent against the simulated provider. */
  startSample(): Promise<RunSummary>;
}
