import type { RunId } from '../../base/ids.ts';
import type { Attribution } from '../../journal/event.ts';
import type { Recorder } from '../../journal/recorder.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';
import type { OpenRun, Runs } from '../runs.ts';

/**
 * The run of whoever is connected, also for what comes later and by itself: an ambient run ends after a silence, and
 * the same client has a new one then.
 */
export class RunOf {
  private readonly runs: Runs;
  private readonly prefix: RunId | undefined;
  private readonly headers: HeaderList;
  private found: { readonly run: OpenRun; readonly attribution: Attribution };

  private constructor(
    runs: Runs,
    prefix: RunId | undefined,
    headers: HeaderList,
    found: { readonly run: OpenRun; readonly attribution: Attribution },
  ) {
    this.runs = runs;
    this.prefix = prefix;
    this.headers = headers;
    this.found = found;
  }

  /** Nothing where a run is named that is not open. */
  static find(runs: Runs, prefix: RunId | undefined, headers: HeaderList): RunOf | undefined {
    const found = runs.attribute(prefix, headers);
    return found && new RunOf(runs, prefix, headers, found);
  }

  get attribution(): Attribution {
    return this.found.attribution;
  }

  get run(): OpenRun {
    return this.found.run;
  }

  get recorder(): Recorder {
    if (!this.isOpen) this.found = this.runs.attribute(this.prefix, this.headers) ?? this.found;
    return this.found.run.recorder;
  }

  /** Whether the run of a process, which ends with that, is over. */
  get isOver(): boolean {
    return !this.isOpen && this.found.run.client === undefined;
  }

  private get isOpen(): boolean {
    return this.runs.find(this.found.run.recorder.runId) !== undefined;
  }
}
