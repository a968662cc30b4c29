import { writeLog, writeReporter, writeSpan } from '../journal/otlp/write-report.ts';
import { summariseMetric } from '../journal/otlp/summarise-metric.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { ReportedBy } from '../journal/span-report.ts';
import type { ImportedItem, Reporter } from './imported.ts';

/** Records what was read of a file in a run of its own, as if it had been exported to us. */
export class ImportRecorder {
  private readonly recorder: Recorder;
  private reporter: Reporter | undefined;
  private by: ReportedBy | undefined;

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  record(item: ImportedItem): void {
    const { recorder } = this;
    const by = this.writtenBy(item.by);
    switch (item.kind) {
      case 'span': {
        const { span, data } = writeSpan(item.span, by, recorder.keepBody);
        return recorder.append('span-reported', data, span);
      }
      case 'log': {
        const { span, data } = writeLog(item.record, by, recorder.keepBody);
        return recorder.append('telemetry-log-reported', data, span);
      }
      case 'metrics': {
        const { contentType, body } = item;
        const metrics = item.metrics.map(summariseMetric);
        return recorder.append('metrics-reported', {
          metrics,
          contentType,
          body: recorder.keepBody(body),
          ...by,
        });
      }
    }
  }

  private writtenBy(reporter: Reporter): ReportedBy {
    if (this.by && this.reporter === reporter) return this.by;
    this.reporter = reporter;
    this.by = writeReporter(reporter.resource, reporter.scope, this.recorder.keepBody);
    return this.by;
  }
}
