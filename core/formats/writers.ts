import type { ExportInput, Written } from './exported.ts';
import type { WriterName } from './names.ts';
import { writeChrome } from './write-chrome.ts';
import { writeHar } from './write-har.ts';
import { writeHtml } from './write-html.ts';
import { writeOtlpJson } from './write-otlp-json.ts';
import { writeSpeedscope } from './write-speedscope.ts';

export const WRITERS: Readonly<Record<WriterName, (input: ExportInput) => Written>> = {
  'otlp-json': writeOtlpJson,
  chrome: writeChrome,
  speedscope: writeSpeedscope,
  har: writeHar,
  html: (input) => writeHtml(input),
};
