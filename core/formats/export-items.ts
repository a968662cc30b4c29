import type { RunSummary } from '../journal/run-state.ts';
import type { ExportInput } from './exported.ts';
import { exportReport, exportLogReport, exportMetrics, Reporters } from './export-reports.ts';
import { exportOwnSpan, hasOwnSpans } from './export-own-spans.ts';
import type { ImportedItem, Reporter } from './imported.ts';
import { logOf, resourceOf, scopeOf } from './otlp-parts.ts';
import { unixTime } from './run-time.ts';

/** INFO and ERROR. */
const STREAM_SEVERITY = { stdout: 9, stderr: 17 } as const;

/**
 * A run as OTLP has it: first its own spans (the agent, calls, attempts, MCP), then what was reported and logged, in the order
 * of the journal. Of a run that was only reported, nothing but what was reported.
 */
export async function* exportItems(input: ExportInput): AsyncGenerator<ImportedItem> {
  const own = ownReporter(input.run);
  if (hasOwnSpans(input.run)) {
    for await (const span of input.spans()) {
      if (span.kind !== 'reported') yield { kind: 'span', by: own, span: await exportOwnSpan(input, span) };
    }
  }
  const reporters = new Reporters(input);
  let root: string | undefined;
  for await (const event of input.events()) {
    root ??= event.spanId;
    switch (event.type) {
      case 'span-reported':
        yield { kind: 'span', by: await reporters.of(event.data), span: await exportReport(input, event) };
        break;
      case 'telemetry-log-reported':
        yield {
          kind: 'log',
          by: await reporters.of(event.data),
          record: await exportLogReport(input, event, root),
        };
        break;
      case 'metrics-reported':
        yield await exportMetrics(input, event.data, await reporters.of(event.data));
        break;
      case 'log-written': {
        const { stream, text } = event.data;
        const record = logOf({
          timeUnixNano: unixTime(input.run, event.at),
          severityNumber: STREAM_SEVERITY[stream],
          body: text,
          attributes: [['log.iostream', stream]],
          traceId: input.run.id,
        });
        yield { kind: 'log', by: own, record };
        break;
      }
    }
  }
}

function ownReporter(run: RunSummary): Reporter {
  return { resource: resourceOf([['service.name', run.name]]), scope: scopeOf('signalbox') };
}
