import type { ExportInput, Written } from './exported.ts';
import { writeChrome } from './write-chrome.ts';
import { writeHar } from './write-har.ts';
import { writeHtml } from './write-html.ts';
import { writeOtlpJson } from './write-otlp-json.ts';
import { writeSpeedscope } from './write-speedscope.ts';
import type { WriterName } from './written-files.ts';

/** How a run is written in each format. */
export const WRITERS = {
  'otlp-json': writeOtlpJson,
  chrome: writeChrome,
  speedscope: writeSpeedscope,
  har: writeHar,
  html: (input) => writeHtml(input),
} as const satisfies Readonly<Record<WriterName, (input: ExportInput) => Written>>;
