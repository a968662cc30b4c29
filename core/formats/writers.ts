import type { ExportInput, Written } from './exported.ts';
import { writeChrome } from './write-chrome.ts';
import { writeHar } from './write-har.ts';
import { writeHtml } from './write-html.ts';
import { writeOtlpJson } from './write-otlp-json.ts';
import { writeSpeedscope } from './write-speedscope.ts';

interface Writer {
  readonly write: (input: ExportInput) => Written;
  readonly extension: string;
  readonly contentType: string;
}

/** The formats that a run is written in. */
export const WRITERS = {
  'otlp-json': { write: writeOtlpJson, extension: 'otlp.json', contentType: 'application/json' },
  chrome: { write: writeChrome, extension: 'trace.json', contentType: 'application/json' },
  speedscope: { write: writeSpeedscope, extension: 'speedscope.json', contentType: 'application/json' },
  har: { write: writeHar, extension: 'har', contentType: 'application/json' },
  html: { write: (input) => writeHtml(input), extension: 'html', contentType: 'text/html; charset=utf-8' },
} as const satisfies Readonly<Record<string, Writer>>;

export type WriterName = keyof typeof WRITERS;
export const WRITER_NAMES = Object.keys(WRITERS) as [WriterName, ...WriterName[]];
